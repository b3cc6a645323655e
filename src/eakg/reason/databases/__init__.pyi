from .database import FACTS_OF_A_GROUP as FACTS_OF_A_GROUP
from .database import TERMS_OF_A_GROUP as TERMS_OF_A_GROUP
from .database import Database as Database
from .database import sql_literal as sql_literal
from .database import term_hashes as term_hashes
from .database import write_frame as write_frame
from .duck import DuckDatabase as DuckDatabase
from .duck import duckdb_library as duckdb_library
