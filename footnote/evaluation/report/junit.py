"""A run as JUnit XML, which continuous integration shows: a case a gate, a case a question."""

import re
import xml.etree.ElementTree as ET

from footnote.evaluation.report.results import Results
from footnote.evaluation.report.texts import cut
from footnote.evaluation.scoring import GOOD, Prediction

# What XML 1.0 cannot hold, not even escaped.
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit_bytes(results: Results) -> bytes:
    """Return the XML. A question that did not end well is a failure, an ungraded one skipped."""
    root = ET.Element("testsuites", name="footnote evaluate")
    gates = ET.SubElement(root, "testsuite", name="gates")
    for gate in results.gates:
        case = ET.SubElement(gates, "testcase", classname="gates", name=_xml(gate.name))
        if gate.failure is not None:
            ET.SubElement(case, "failure", message=_xml(gate.failure))
    gates.set("tests", str(len(results.gates)))
    gates.set("failures", str(len(results.failures)))
    _questions(root, results)
    text: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return text + b"\n"


def _questions(root: ET.Element, results: Results) -> None:
    suite = ET.SubElement(root, "testsuite", name="questions")
    failures = skipped = 0
    rows = zip(results.questions, results.predictions, results.table.outcomes, strict=True)
    for question, prediction, outcome in rows:
        case = ET.SubElement(
            suite,
            "testcase",
            classname="questions",
            name=_xml(f"{question.id}: {question.text}"),
            time=f"{prediction['timings_ms']['total'] / 1000:.3f}",
        )
        if outcome == "ungraded":
            skipped += 1
            ET.SubElement(case, "skipped", message="no gold")
        elif outcome not in GOOD:
            failures += 1
            failure = ET.SubElement(case, "failure", message=outcome)
            failure.text = _xml(_told(question.answers, prediction))
    suite.set("tests", str(len(results.questions)))
    suite.set("failures", str(failures))
    suite.set("skipped", str(skipped))


def _told(answers: tuple[str, ...], prediction: Prediction) -> str:
    gold = " | ".join(answers) or "-"
    return f"answer: {prediction['text']}\ngold: {gold}\nconfidence: {prediction['confidence']}"


def _xml(text: str) -> str:
    """Return text that XML can hold, cut where it is long."""
    return _NOT_XML.sub("\ufffd", cut(text))
