"""The page, in a real browser: it shows the connections, opens ladders, searches, sorts, and runs nothing of others."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pcapkit.cli.main import main
from tests.cli.capture import START, write_pcapng
from tests.dissectors.scenarios import SCENARIOS
from tests.dissectors.talk import tell
from tests.needs import PROJECT, need

HOSTILE = "<img src=x onerror=document.title='owned'><script>document.title='owned'@SCRIPT@.pcapng"


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """A headless Chromium."""
    driver, program = shutil.which("chromedriver"), shutil.which("chromium")
    need(driver is not None and program is not None, "the Debian packages chromium and chromium-driver")
    try:
        from selenium import webdriver
    except ImportError:
        need(False, "the Python package selenium")
    options = webdriver.ChromeOptions()
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"):
        options.add_argument(argument)
    options.add_argument("--window-size=1280,1600")
    options.binary_location = program or ""
    started = webdriver.Chrome(options=options, service=webdriver.ChromeService(driver))
    yield started
    started.quit()


def report(capture: Path, folder: Path) -> Path:
    page = folder / "report.html"
    assert main(["report", str(capture), "-o", str(page)]) == 0
    return page


def rows(browser: Any) -> list[str]:
    """The text of each row; asked at once, since each question to a browser takes its time."""
    found: list[str] = browser.execute_script(
        "return [...document.querySelectorAll('tr.row')].map(row => row.innerText)"
    )
    return found


def search(browser: Any, text: str, count: str) -> None:
    """Type it instead of what is there, and wait for what the page then says of its count."""
    from selenium.webdriver.support.wait import WebDriverWait

    field = browser.find_element("id", "search")
    field.clear()
    field.send_keys(text)
    WebDriverWait(browser, 20, 0.02).until(lambda _: browser.find_element("id", "count").text == count)


def test_the_merged_frame_at_a_click(browser: Any, tmp_path: Path) -> None:
    """One row, whose ladder is open, with one thick arrow; a click, or Enter, closes it and opens it again."""
    browser.get(report(PROJECT / "samples" / "ten_frames.pcapng", tmp_path).as_uri())
    assert browser.title == "ten_frames.pcapng: TCP connections"
    (row,) = browser.find_elements("css selector", "tr.row")
    assert "merged" in row.text
    assert browser.find_element("id", "count").text == "1 of 1 connection"
    row.click()
    assert not browser.find_elements("css selector", "tr.picture")
    row.click()
    assert len(browser.find_elements("css selector", "tr.picture .arrow")) == 10
    assert len(browser.find_elements("css selector", "tr.picture .arrow.thick")) == 1
    picture = browser.find_element("css selector", "tr.picture").text
    assert "close 3/4 FIN" in picture
    assert "2 steps in one frame" in picture
    assert "closed merged (3 frames)" in picture
    assert "closed first server" in picture
    row.find_element("tag name", "button").send_keys("\ue007")
    assert not browser.find_elements("css selector", "tr.picture")
    assert browser.get_log("browser") == []  # no error, nothing refused by the page's policy


def test_search_and_sort(browser: Any, tmp_path: Path) -> None:
    """Words narrow the table; a title sorts it, the same again the other way round."""
    frames = [frame.data for name in ("closed port", "open") for frame in tell(SCENARIOS[name])]
    browser.get(report(write_pcapng(tmp_path / "two.pcapng", frames), tmp_path).as_uri())
    assert len(rows(browser)) == 2
    search(browser, "refused 10.0.0.2", "1 of 2 connections")
    (only,) = rows(browser)
    assert only.startswith("0\t")
    search(browser, " ", "2 of 2 connections")
    title = browser.find_elements("css selector", "thead button")[3]
    title.click()
    assert [row[0] for row in rows(browser)] == ["1", "0"]
    title.click()
    assert [row[0] for row in rows(browser)] == ["0", "1"]


def test_by_keyboard_alone(browser: Any, tmp_path: Path) -> None:
    """Tab comes to the connections, arrows go from one to the next, Enter opens, and what is open is told."""
    browser.get(report(PROJECT / "samples" / "port_reuse.pcapng", tmp_path).as_uri())
    active = browser.switch_to.active_element
    for _ in range(30):
        active.send_keys("\ue004")
        active = browser.switch_to.active_element
        if active.get_attribute("aria-expanded") is not None:
            break
    assert active.get_attribute("aria-label") == "connection 0: ladder"
    active.send_keys("\ue015")
    active = browser.switch_to.active_element
    assert active.get_attribute("aria-label") == "connection 1: ladder"
    active.send_keys("\ue007")
    assert active.get_attribute("aria-expanded") == "true"
    told = browser.execute_script("return document.querySelector('tr.picture ol').textContent")
    assert "close 2/4 ACK and close 3/4 FIN" in told
    assert "server is TIME-WAIT" in told


@pytest.mark.parametrize("width", [1280, 700])
def test_no_column_is_out_of_sight(browser: Any, tmp_path: Path, width: int) -> None:
    """On a screen of the usual width; on a narrow one the table can be moved, and the page stays."""
    browser.set_window_size(width, 1000)
    browser.get(report(PROJECT / "samples" / "ten_frames.pcapng", tmp_path).as_uri())
    inside = browser.execute_script(
        "const wide = document.querySelector('.wide'), page = document.documentElement;"
        "return [wide.scrollWidth <= wide.clientWidth, page.scrollWidth <= page.clientWidth]"
    )
    browser.set_window_size(1280, 1600)
    assert inside == [width == 1280, True]


def test_a_click_on_what_was_odd_shows_where(browser: Any, tmp_path: Path) -> None:
    """A count, and a problem, lead to the connections that they are of."""
    names = ("closed port", "filtered port")
    capture = write_pcapng(tmp_path / "odd.pcapng", [one.data for name in names for one in tell(SCENARIOS[name])])
    browser.get(report(capture, tmp_path).as_uri())
    for element in ("dl [data-find='no answer']", ".counts [data-find='no answer']"):
        search(browser, " ", "2 of 2 connections")
        browser.find_element("css selector", element).click()
        (only,) = rows(browser)
        assert "no answer (3 tries)" in only
    assert "A SYN that nobody ever answered" in browser.find_element("css selector", "dl").text


def test_resets_are_odd(tmp_path: Path) -> None:
    """Whoever sent them; and a capture that has none says so."""
    text = report(PROJECT / "samples" / "linger_zero.pcapng", tmp_path).read_text(encoding="utf-8")
    odd = text.partition("What was odd")[2].partition("</section>")[0]
    assert 'data-find="reset by server"' in odd
    assert "A RST ended it at once" in odd
    text = report(PROJECT / "samples" / "eleven_frames.pcapng", tmp_path).read_text(encoding="utf-8")
    assert "Nothing odd was found." in text


def test_without_tcp(browser: Any, tmp_path: Path) -> None:
    """It says so, and offers nothing to click on."""
    browser.get(report(PROJECT / "samples" / "udp_echo.pcapng", tmp_path).as_uri())
    shown = browser.find_element("tag name", "main").text
    assert shown.count("There are no TCP connections in its 4 frames.") == 2
    assert "Nothing odd" not in shown
    assert "A click" not in shown
    assert not browser.find_element("id", "search").is_displayed()
    assert browser.get_log("browser") == []


def test_where_the_clock_jumped(browser: Any, tmp_path: Path) -> None:
    """The page says so at the frame, and shows no span of time that is wrong."""
    frames = [frame.data for frame in tell(SCENARIOS["server closes at once (ten frames)"])]
    times = [START + place - (place == 5) * 10**18 for place in range(len(frames))]
    browser.get(report(write_pcapng(tmp_path / "jump.pcapng", frames, times=times), tmp_path).as_uri())
    shown = browser.find_element("tag name", "main").text
    assert "the clock jumps back 11574 days 1 h" in shown
    assert "clock jumped" in shown
    assert " -1" not in shown


def test_hostile_names_stay_text(browser: Any, tmp_path: Path) -> None:
    """Markup, scripts, and the template's own marks."""
    capture = tmp_path / HOSTILE
    shutil.copy(PROJECT / "samples" / "ten_frames.pcapng", capture)
    browser.get(report(capture, tmp_path).as_uri())
    assert "owned" not in browser.title.removesuffix(": TCP connections").split("<")[0]
    assert browser.find_element("tag name", "h1").text == capture.name
    assert not browser.find_elements("tag name", "img")
    assert len(browser.find_elements("tag name", "script")) == 3


def test_nothing_is_loaded_from_elsewhere(tmp_path: Path) -> None:
    """No address of anything but names of things, and a policy that would refuse it."""
    text = report(PROJECT / "samples" / "ten_frames.pcapng", tmp_path).read_text(encoding="utf-8")
    assert [word for word in text.split('"') if word.startswith("http")] == ["http://www.w3.org/2000/svg"]
    assert "default-src 'none'" in text


def test_ten_thousand_connections_stay_usable(browser: Any, tmp_path: Path) -> None:
    """The page comes up, shows the first rows, and finds one among all."""
    from tests.report.captures import refused_connections

    capture = refused_connections(tmp_path / "many.pcapng", 10_000)
    browser.set_page_load_timeout(20)
    browser.get(report(capture, tmp_path).as_uri())
    assert browser.find_element("id", "count").text == "10,000 of 10,000 connections"
    assert len(rows(browser)) == 200
    search(browser, ":19999 ", "1 of 10,000 connections")
    assert len(rows(browser)) == 1
    browser.find_element("css selector", "tr.row").click()
    assert len(browser.find_elements("css selector", "tr.picture .arrow")) == 2


def test_a_damaged_capture_is_shown_up_to_the_damage(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The page says where it ends, and the exit code too."""
    data = (PROJECT / "samples" / "ten_frames.pcapng").read_bytes()
    damaged = tmp_path / "cut.pcapng"
    damaged.write_bytes(data[: len(data) // 2])
    assert main(["report", str(damaged), "-o", str(tmp_path / "page.html")]) == 14
    assert "The capture is damaged" in (tmp_path / "page.html").read_text(encoding="utf-8")
    assert "cut.pcapng" in capsys.readouterr().err


def test_it_prints(browser: Any, tmp_path: Path) -> None:
    """On paper the tools are gone."""
    browser.get(report(PROJECT / "samples" / "ten_frames.pcapng", tmp_path).as_uri())
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    assert not browser.find_element("css selector", ".tools").is_displayed()
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})


def test_chromium_is_the_real_one() -> None:
    """What the tests above were run in."""
    program = shutil.which("chromium")
    need(program is not None, "the Debian package chromium")
    told = subprocess.run([program or "", "--version"], capture_output=True, text=True, timeout=30, check=True)
    assert told.stdout.startswith("Chromium")
