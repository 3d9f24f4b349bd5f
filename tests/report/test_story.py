"""Stories: the sentences, and their Chinese."""

import string
from pathlib import Path

import pytest

from pcapkit.errors import OptionError
from pcapkit.report.catalogue import DOMAIN, LOCALES, languages, translation
from pcapkit.report.story import Story
from pcapkit.report.vocabulary import vocabulary
from tests.cli.capture import write_pcapng
from tests.dissectors.scenarios import SCENARIOS
from tests.dissectors.talk import tell
from tests.needs import PROJECT
from tests.report.test_ladder import SAMPLES, pictured

CATALOGUES = sorted(LOCALES.glob(f"*/LC_MESSAGES/{DOMAIN}.po"))


def told(language: str = "en") -> str:
    return "\n".join(" ".join(passage) for passage in _passages(language))


def _passages(language: str) -> list[tuple[str, ...]]:
    story = Story(vocabulary(), translation(language))
    (ten,) = pictured(PROJECT / "samples" / "ten_frames.pcapng")
    return [(passage.head, *passage.sentences) for passage in story.tell(*ten)]


def test_why_there_are_only_ten_frames() -> None:
    """The question that the tutorial's readers ask is answered in words, and by numbers."""
    text = told()
    assert "close 2/4 and close 3/4 are one frame" in text
    assert "ack 130 is its number 129 plus one" in text
    assert "128 bytes from the client, 128 bytes from the server" in text
    assert "SYN takes one sequence number" in text


def test_chinese() -> None:
    """All of it: no English sentence is left."""
    text = told("zh")
    assert "合并为一帧" in text
    assert "The " not in text
    assert " the " not in text


def test_a_language_that_there_is_not() -> None:
    """The error names those that there are."""
    assert languages() == ["en", "zh"]
    with pytest.raises(OptionError, match="--lang xx: there are en, zh"):
        translation("xx")


@pytest.mark.parametrize("name", ["zh_CN", "zh-CN", "zh_TW", "zh-Hans", "ZH", "zh_CN.UTF-8"])
def test_a_country_is_no_other_language(name: str) -> None:
    """There is one Chinese, and one English."""
    assert told(name) == told("zh")
    assert told(name.lower().replace("zh", "en")) == told()


def of_talk(lines: str, folder: Path, language: str = "en") -> str:
    path = write_pcapng(folder / "talk.pcapng", [frame.data for frame in tell(lines)])
    story = Story(vocabulary(), translation(language))
    return "\n".join(
        " ".join((passage.head, *passage.sentences)) for one in pictured(path) for passage in story.tell(*one)
    )


def test_repeats_are_told_once(tmp_path: Path) -> None:
    """Not what a SYN is, three times over."""
    text = of_talk(SCENARIOS["filtered port"], tmp_path)
    assert text.count("asks for a connection") == 1
    assert "frames 2 to 3, after 1.50 s to 3.00 s The client sends what was in frame 1 again, 2 times" in text
    assert "Nobody ever answered" in text


def test_only_one_side_was_captured(tmp_path: Path) -> None:
    """That is something else than a server which does not answer."""
    text = of_talk("C SYN : 1/3\nC ACK len=10 : 3/3+data\nC FIN,ACK : 1/4", tmp_path)
    assert "Of the server, no frame was captured." in text
    assert "Nobody ever answered" not in text


def test_only_the_servers_side_was_captured(tmp_path: Path) -> None:
    """Its SYN-ACK and its data tell that somebody was there."""
    talk = "S SYN,ACK : 2/3\nS ACK len=10 : data\nS FIN,ACK : 1/4"
    text = of_talk(talk, tmp_path)
    assert "Of the client, no frame was captured." in text
    assert "The server closed its direction; whether the client did cannot be told." in text
    assert "Nobody ever answered" not in text
    text = of_talk(talk, tmp_path, "zh")
    assert "没有抓到客户端的任何帧。" in text
    assert "客户端是否关闭" in text
    assert "始终没有回应" not in text


def test_of_a_handshake_half_of_which_was_captured(tmp_path: Path) -> None:
    """A SYN-ACK alone does not tell that the acknowledgement of it never came."""
    text = of_talk("S SYN,ACK : 2/3", tmp_path)
    assert "whether the client acknowledged that cannot be told" in text
    assert "Of the client, no frame was captured." in text
    assert "never" not in text


def test_who_answers_whom_is_told_only_where_it_is_known(tmp_path: Path) -> None:
    """Not of a connection of which nobody knows who is the client."""
    data = "C ACK len=10 : data\nS ACK len=10 : data"
    assert "the client's first data" in of_talk(f"C SYN : 1/3\nS SYN,ACK : 2/3\nC ACK : 3/3\n{data}", tmp_path)
    assert "first data" not in of_talk(data, tmp_path)


def test_an_acknowledgement_that_does_not_fit_is_not_explained_away(tmp_path: Path) -> None:
    """No sentence claims that the number is right, and another says that it is not."""
    text = of_talk("C SYN : 1/3\nS SYN,ACK : 2/3\nC ACK ack=900 : 3/3\nC FIN,ACK : 1/4\nS ACK ack=900 : 2/4", tmp_path)
    assert "is not the other side's number plus one" in text
    assert "900 is its number" not in text


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_every_sample_has_a_story(path: Path, language: str) -> None:
    """Every passage says something, and no placeholder is left in it."""
    story = Story(vocabulary(), translation(language))
    for one in pictured(path):
        passages = list(story.tell(*one))
        assert len(passages) > 1
        for passage in passages:
            assert passage.sentences
            assert "{" not in passage.head + "".join(passage.sentences)
            assert all(sentence.endswith((".", "。")) for sentence in passage.sentences)


def _messages() -> set[str]:
    """Every message that the sources have, by the extractor that translators use."""
    from babel.messages.extract import extract_from_file

    found: set[str] = set()
    for path in (PROJECT / "pcapkit" / "report").glob("*.py"):
        found.update(str(message) for _, message, _, _ in extract_from_file("python", str(path)))
    return found


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parent.parent.name)
def test_the_catalogue_is_whole_and_compiled(path: Path) -> None:
    """Each message is there, is translated, keeps its placeholders, and the compiled form is of today."""
    from babel.messages.mofile import read_mo
    from babel.messages.pofile import read_po

    with path.open("rb") as text, path.with_suffix(".mo").open("rb") as binary:
        source, compiled = read_po(text), read_mo(binary)
    translated = {str(message.id): str(message.string) for message in source if message.id}
    assert set(translated) == _messages()
    for message, text_ in translated.items():
        assert text_, message
        assert _names(message) == _names(text_), message
    assert {str(message.id): str(message.string) for message in compiled if message.id} == translated


def _names(text: str) -> set[str | None]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}
