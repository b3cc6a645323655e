from .views import blueprints as blueprints
