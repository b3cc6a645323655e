"""Maps for servers, from the addresses that were published to the files of a site.

A thing is no document: who asks for one is sent (303) to the document about it, in the format that
`Accept` names first.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

_FORMATS = (
    ("text/turtle", "ttl"),
    ("application/ld\\+json", "jsonld"),
    ("application/rdf\\+xml", "rdf"),
    ("application/n-triples", "nt"),
)


@dataclass(frozen=True)
class Redirect:
    """An address that was published (path and query), the file of its page, and the files of its
    other formats by their extensions; `sees` says that it is a thing, which is no document."""

    address: str
    file: str
    formats: Mapping[str, str]
    sees: bool = False


def redirect_files(redirects: Iterable[Redirect]) -> dict[str, str]:
    """The maps by the names of their files: for nginx, Apache and Netlify."""
    redirect_list = sorted(redirects, key=lambda redirect: redirect.address)
    return {
        "redirects/nginx.conf": _nginx(redirect_list),
        ".htaccess": _apache(redirect_list),
        "_redirects": _netlify(redirect_list),
    }


def _target(redirect: Redirect, extension: str) -> str:
    return f"/{redirect.formats.get(extension, redirect.file)}"


def _quotation(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("$", "${dollar}") + '"'


def _nginx(redirects: Iterable[Redirect]) -> str:
    lines = [
        "# Include this in `http { }`; in `server { }` write",
        "#     root DIR; if ($site_file) { return 303 $site_file; }",
        'geo $dollar { default "$"; }',
        "map $http_accept $site_format {",
        "    default html;",
        *(f"    ~{media_type} {extension};" for media_type, extension in _FORMATS),
        "}",
        "map_hash_bucket_size 512;",
        "map_hash_max_size 262144;",
        "map $site_format:$request_uri $site_file {",
        '    default "";',
    ]
    for redirect in redirects:
        for extension in ("html", *(extension for _, extension in _FORMATS)):
            key, target = (
                _quotation(f"{extension}:{redirect.address}"),
                _quotation(_target(redirect, extension)),
            )
            lines.append(f"    {key} {target};")
    return "\n".join([*lines, "}", ""])


def _apache(redirects: Iterable[Redirect]) -> str:
    lines = [
        "# Apache: mod_rewrite, with `AllowOverride FileInfo` for this folder.",
        "RewriteEngine On",
    ]
    for redirect in redirects:
        path, _, query = redirect.address.partition("?")
        match = (
            f"RewriteCond %{{QUERY_STRING}} ={query}" if query else "RewriteCond %{QUERY_STRING} ^$"
        )
        pattern = f"RewriteCond %{{REQUEST_URI}} ={_apache_text(path)}"
        for media_type, extension in _FORMATS:
            if extension in redirect.formats:
                accept = f"RewriteCond %{{HTTP_ACCEPT}} {media_type}"
                rule = (
                    f"RewriteRule ^ {_apache_text(_target(redirect, extension))} [R=303,NE,L,QSD]"
                )
                lines += [pattern, match, accept, rule]
        rule = f"RewriteRule ^ {_apache_text(_target(redirect, 'html'))} [R=303,NE,L,QSD]"
        lines += [pattern, match, rule]
    return "\n".join([*lines, ""])


def _apache_text(text: str) -> str:
    return text.replace("\\", "\\\\").replace(" ", "\\ ").replace("%", "\\%")


def _netlify(redirects: Iterable[Redirect]) -> str:
    """https://docs.netlify.com/routing/redirects/: the query stands as names and values."""
    lines = []
    for redirect in redirects:
        path, _, query = redirect.address.partition("?")
        words = " ".join(query.split("&")) if query else ""
        status = 303 if redirect.sees else 301
        lines.append(" ".join(filter(None, (path, words, _target(redirect, "html"), str(status)))))
    return "\n".join([*lines, ""])
