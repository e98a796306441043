"""What is not known, taken for several things."""

import json

from airflow_fargate_policies.builtin.taken import ABSENT, ALL, Taken


def test_unknown_values_are_taken_for_nothing_true_false_texts_and_numbers() -> None:
    taken = [each.value("var.x") for each in ALL]

    assert taken[0] is ABSENT
    assert True in taken
    assert False in taken
    assert "unknown" in taken
    assert 1_000_000 in taken


def test_texts_that_stand_in_an_expression_are_tried() -> None:
    taken = [each.value('var.plain_http ? "HTTP" : "HTTPS"') for each in ALL]

    assert "HTTP" in taken
    assert "HTTPS" in taken


def test_texts_that_a_condition_compares_are_no_values() -> None:
    taken = [each.value('var.kind == "application" ? "HTTP" : "TCP"') for each in ALL]

    assert {"HTTP", "TCP"} <= set(taken)
    assert "application" not in taken


def test_a_text_with_an_expression_in_it_is_no_text_that_stands_there() -> None:
    assert Taken(whole="other", written=0).value('"a-${var.x}"') == "other"


def test_unknown_documents_are_taken_for_nothing_the_worst_and_the_best() -> None:
    policies = [each.document("policy") for each in ALL]
    containers = [each.document("container_definitions") for each in ALL]

    assert policies[0] is containers[0] is ABSENT
    effects = {
        json.loads(each)["Statement"][0]["Effect"] for each in policies if each is not ABSENT
    }
    assert effects == {"Allow", "Deny"}
    read_only = {
        json.loads(each)[0]["readonlyRootFilesystem"] for each in containers if each is not ABSENT
    }
    assert read_only == {True, False}
