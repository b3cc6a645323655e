from .tables import print_table as print_table
