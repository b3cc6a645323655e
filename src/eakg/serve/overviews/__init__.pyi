from .findings import STATUSES as STATUSES
from .findings import StatementReview as StatementReview
from .findings import status_words as status_words
from .offers import findings_overview as findings_overview
from .offers import overview_offers as overview_offers
from .offers import statement_reviews as statement_reviews
from .timeline import day_of as day_of
from .view import blueprint as blueprint
