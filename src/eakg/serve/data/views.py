"""The views of the descriptions and downloads, to be registered in an application."""

from eakg.serve.data.dcat import blueprint as dcat
from eakg.serve.data.downloads import blueprint as downloads
from eakg.serve.data.sitemap import blueprint as sitemap
from eakg.serve.data.void import blueprint as void

blueprints = (
    dcat,
    downloads,
    sitemap,
    void,
)
