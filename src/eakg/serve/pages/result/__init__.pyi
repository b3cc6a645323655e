from .page import ROW_LIMIT as ROW_LIMIT
from .page import ResultPage as ResultPage
from .page import render_result as render_result
from .page import result_page as result_page
from .views import DRAWING_LIMIT as DRAWING_LIMIT
