from .page import SHOWN as SHOWN
from .page import ResultPage as ResultPage
from .page import render_result as render_result
from .page import result_page as result_page
from .views import DRAWN as DRAWN
