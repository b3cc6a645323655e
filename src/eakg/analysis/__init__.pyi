from .frames import frame_of as frame_of
from .knowledge_graph import KnowledgeGraph as KnowledgeGraph
from .knowledge_graph import ProofSteps as ProofSteps
from .knowledge_graph import SavedQuestion as SavedQuestion
from .knowledge_graph import open_graph as open_graph
from .opening import own_service as own_service
from .table import TabularAnswer as TabularAnswer
