"""Pictures of modules: what is in them, and that they can be read."""

import re
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from typing import Any

import pytest
from module_writer.publish import DEFINITIONS
from module_writer.readme.page import PICTURE
from module_writer.readme.picture.drawing import picture
from module_writer.readme.picture.layout import layout_of
from module_writer.readme.picture.places import TITLE, place
from module_writer.readme.picture.reading import graph_of
from tests.module_writer.modules import module, readme

SVG = "{http://www.w3.org/2000/svg}"


def drawn(name: str) -> ET.Element:
    return ET.fromstring(readme(name)[PICTURE])  # noqa: S314  our own


@pytest.mark.parametrize("name", DEFINITIONS)
def test_a_picture_holds_every_service_and_says_in_words_what_it_shows(name: str) -> None:
    definition, config = module(name)
    texts = [each.text for each in drawn(name).iter(f"{SVG}text")]
    parts = graph_of(config, definition.headings).parts
    for service in config["resource"].get("aws_ecs_service", {}):
        assert parts[f"aws_ecs_service.{service}"].title in texts
    assert drawn(name)[0].tag == f"{SVG}title"
    assert drawn(name)[1].tag == f"{SVG}desc"
    assert drawn(name)[1].text


@pytest.mark.parametrize("name", DEFINITIONS)
def test_no_two_boxes_of_a_picture_overlap_and_all_are_on_the_page(name: str) -> None:
    page = place(layout_of(graph_of(module(name)[1])), frames=2, footer=TITLE)
    boxes = [box for box in page.layout.boxes.values() if box.part]
    assert boxes
    for box in boxes:
        assert box.x >= 0
        assert box.y >= 0
        assert box.x + box.width <= page.width
        assert box.y + box.height <= page.height
        for other in boxes:
            apart = (
                box.x + box.width <= other.x
                or other.x + other.width <= box.x
                or box.y + box.height <= other.y
                or other.y + other.height <= box.y
            )
            assert apart or box is other


@pytest.mark.parametrize("name", DEFINITIONS)
def test_a_picture_needs_nothing_from_elsewhere_and_has_colours_for_dark_pages(name: str) -> None:
    text = readme(name)[PICTURE]
    assert "prefers-color-scheme: dark" in text
    assert "<script" not in text
    assert "url(" not in text
    assert re.findall(r"https?://[^\"]+", text) == ["http://www.w3.org/2000/svg"]


def arrows(config: Mapping[str, Any]) -> set[tuple[str, str, str]]:
    graph = graph_of(config)
    return {
        (graph.parts[edge.source].title, graph.parts[edge.target].title, edge.label)
        for edge in graph.edges
    }


def test_arrows_follow_security_groups_and_policies() -> None:
    found = arrows(module("airflow")[1])
    assert ("Load balancer", "API server", "8080") in found
    assert ("Scheduler", "Database", "5432") in found
    assert ("Scheduler", "Broker", "") in found
    assert ("Clients", "Load balancer", "80, 443") in found
    # Its environment names the queues, and no policy lets it use them.
    assert ("DAG processor", "Broker", "") not in found


def test_an_arrow_goes_when_its_rule_goes() -> None:
    _, config = module("airflow")
    kind = "aws_vpc_security_group_ingress_rule"
    rules = {k: v for k, v in config["resource"][kind].items() if k != "triggerer_from_api_server"}
    less = {**config, "resource": {**config["resource"], kind: rules}}
    assert arrows(config) - arrows(less) == {("API server", "Triggerer", "8794")}


def test_private_subnets_lead_to_the_nat_gateway_and_public_ones_out() -> None:
    assert arrows(module("network")[1]) >= {
        ("Private subnets", "NAT gateway", ""),
        ("NAT gateway", "Public subnets", ""),
        ("Public subnets", "Internet gateway", ""),
        ("Private subnets", "S3 endpoint", ""),
    }


def test_boxes_have_the_words_that_main_tf_has_for_their_construct() -> None:
    definition, config = module("airflow")
    part = graph_of(config, definition.headings).parts["aws_ecs_service.worker_default"]
    assert part.title == definition.headings["worker.default"]


def test_a_legend_says_what_dashed_boxes_are_where_there_are_any() -> None:
    assert "Dashed boxes" in readme("network")[PICTURE]
    assert "Dashed boxes" not in readme("state-backend")[PICTURE]


def test_titles_are_escaped_in_a_picture() -> None:
    _, config = module("network")
    root = ET.fromstring(picture(config, "A <b> & c"))  # noqa: S314  our own
    assert root[0].text == "A <b> & c"
