from .proof import emphasised as emphasised
from .reading import AnnotationMark as AnnotationMark
from .reading import MarkedText as MarkedText
from .reading import SpanAnnotation as SpanAnnotation
from .reading import Words as Words
from .reading import nest as nest
from .views import blueprints as blueprints
from .workbench import workbench_page as workbench_page
