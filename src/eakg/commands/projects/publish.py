"""The command that writes a site as static files."""

import os
from dataclasses import replace
from pathlib import Path

import click

from eakg.commands.command import PathArgument, ending, progress
from eakg.commands.configuration import config_option, open_folder
from eakg.commands.contents import check_no_store, prepared_contents, shipped_contents
from eakg.commands.options import ENVIRONMENT, takes
from eakg.commands.projects.folders import check_folders
from eakg.commands.projects.licences import with_graph_licences
from eakg.commands.projects.place import require_new
from eakg.files import TemporaryFolder
from eakg.problems import ExitStatus
from eakg.serve import ServeOptions

_ROOM = 64  # answers: a document is asked for in each format
_PATIENCE = 3600.0  # seconds for what is made once of all the data


@click.command(context_settings={"auto_envvar_prefix": ENVIRONMENT})
@click.argument("folder", metavar="DIR", type=PathArgument)
@click.argument("data", nargs=-1, type=PathArgument, callback=open_folder)
@click.option("--no-proofs", is_flag=True, help="Leave out the pages of proofs.")
@config_option
@takes(ServeOptions)
@ending
def publish(
    folder: Path, data: tuple[Path, ...], no_proofs: bool, options: ServeOptions
) -> ExitStatus:
    """Write what `eakg serve` shows of the shipped graph, or of the RDF files DATA instead, as
    static files into DIR, which is not there yet or empty.

    A folder as DATA is published as its eakg.toml says. Links lead from file to file, on disk too;
    what is computed for each question (SPARQL, search) is left out. With the site come maps from
    the published addresses to its files, for nginx, Apache and Netlify.
    """
    check_no_store(options, "publish the files that the store was made of")
    require_new(folder)
    check_folders(options)
    from eakg.serve import create_app
    from eakg.serve.publication import publish_site
    from eakg.store import EmbeddedStore

    temporary = TemporaryFolder("data")
    try:
        if data:
            contents, _ = prepared_contents(
                data,
                temporary.path,
                options.reasoning,
                on_contradiction=options.policy,
                imports=options.import_,
                authority=options.authority,
            )
        else:
            contents = shipped_contents(temporary.path, options.reasoning)
        options = with_graph_licences(options, contents, data)
        files = tuple((str(file.name), str(file.path)) for file in contents.files)
        limits = replace(options.limits, patience=_PATIENCE)
        settings = replace(options.settings(None), files=files, limits=limits)
        store = EmbeddedStore(contents, options.store_options, _ROOM)
        with progress("publishing") as tell:
            app = create_app(settings, store)
            account = publish_site(
                app,
                folder,
                options.public_url or "",
                proofs=not no_proofs,
                jobs=len(os.sched_getaffinity(0)),
                tell=tell,
            )
    finally:
        temporary.remove()
    click.echo(
        f"{folder}: {account.pages:,} pages in {account.files:,} files of {account.size:,} bytes"
    )
    return ExitStatus.DONE
