from .proof import emphasised as emphasised
from .views import blueprints as blueprints
from .workbench import workbench_page as workbench_page
