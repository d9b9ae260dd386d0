"""The checks of the built site find what they are for."""

import pytest

from tests.docs.extensions import extension

checks = extension("checks")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.html", '<script src="https://cdn.example/x.js"></script>'),
        ("a.html", '<link rel="stylesheet" href="//fonts.example/css">'),
        ("a.html", '<img src="http://badge.example/b.svg">'),
        ("a.html", '<img srcset="https://x.example/p.png 2x">'),
        ("a.html", '<img srcset="p.png, https://x.example/p.png 2x">'),
        ("a.html", '<video poster="https://x.example/p.png">'),
        ("a.html", '<object data="https://x.example/p.svg">'),
        ("a.html", '<script>fetch("https://api.example/v")</script>'),
        ("a.html", '<p style="background: url(https://x.example/p.png)">'),
        ("a.css", '@import "https://fonts.example/a.css";'),
        ("a.css", "@font-face { src: url('https://fonts.example/a.woff2') }"),
        ("a.js", 'fetch("https://api.example/v")'),
        ("a.js", 's.src = "https://cdn.example/x.js"'),
    ],
)
def test_a_request_to_another_host_is_found(name, text, tmp_path):
    (tmp_path / name).write_text(text)
    (line,) = checks.foreign_requests(tmp_path)
    assert line.startswith(f"{name} asks another host for ")
    assert ".example/" in line


def test_links_and_own_files_are_no_requests(tmp_path):
    (tmp_path / "a.html").write_text(
        '<a href="https://arxiv.org">paper</a><script src="x.js"></script><link rel="next" href="https://x.example">'
        '<img src="data:image/png;base64,AA" srcset="a.png, data:image/png;base64,AA 2x">'
    )
    (tmp_path / "a.css").write_text("/* https://licence.example */ p { background: url(p.png) }")
    (tmp_path / "a.js").write_text("// see https://licence.example\nfetch('searchindex.js')")
    assert checks.foreign_requests(tmp_path) == []


def test_broken_links(tmp_path):
    (tmp_path / "b.html").write_text('<p id="there">')
    (tmp_path / "a.html").write_text(
        '<a href="b.html#there">1</a><a href="b.html#away">2</a><a href="c.html">3</a><a href="#own" id="own">4</a>'
        '<img src="no.png" srcset="b.html, no2.png 2x"><a href="mailto:x@y">5</a><a href="no.ipynb">6</a>'
    )
    assert [line.split(" links to ")[1].split(",")[0] for line in checks.broken_links(tmp_path)] == [
        "b.html#away",
        "c.html",
        "no.ipynb",
        "no.png",
        "no2.png",
    ]


def test_public_names_are_those_of_the_root_and_of_packages_at_any_depth(tmp_path):
    for folder, names in (("p", ["a", "__version__"]), ("p/q", ["b"]), ("p/q/r", ["c"])):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "__init__.py").write_text(f"x = 1\n__all__ = {names}\n")
    (tmp_path / "p/other.py").write_text('__all__ = ["d"]\n')
    assert list(checks.public_names(tmp_path / "p")) == ["p.a", "p.__version__", "p.q.b", "p.q.r.c"]
    assert checks.missing(["p.q.b"], tmp_path / "p") == ["p.a", "p.q.r.c"]
