from .application import create_annotator as create_annotator
from .server import run_annotator as run_annotator
from .workspace import AnnotationWorkspace as AnnotationWorkspace
