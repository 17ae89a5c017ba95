"""JSON Schema as far as docs/account.schema.json uses it."""

import re

TYPES = {
    "object": dict, "array": list, "string": str, "boolean": bool, "integer": int,
    "number": (int, float), "null": type(None),
}  # fmt: skip
KNOWN = {
    "$schema", "$defs", "$ref", "title", "description", "type", "const", "enum", "anyOf", "pattern",
    "minimum", "maximum", "minItems", "minProperties", "maxProperties", "required", "properties",
    "additionalProperties", "prefixItems", "items",
}  # fmt: skip


def is_type(one, name):
    numeric = name in ("integer", "number")
    return isinstance(one, TYPES[name]) and not (numeric and isinstance(one, bool))


def complaints(one, schema, root, place="$"):  # noqa: C901
    """What does not fit the schema, a sentence each."""
    assert schema.keys() <= KNOWN, schema.keys() - KNOWN
    if "$ref" in schema:
        yield from complaints(
            one, root["$defs"][schema["$ref"].removeprefix("#/$defs/")], root, place
        )
    types = schema.get("type", [])
    types = [types] if isinstance(types, str) else types
    if types and not any(is_type(one, name) for name in types):
        yield f"{place}: {one!r:.40} is no {types}"
        return
    if "const" in schema and one != schema["const"]:
        yield f"{place}: {one!r:.40} is not {schema['const']!r}"
    if "enum" in schema and one not in schema["enum"]:
        yield f"{place}: {one!r:.40} is none of {schema['enum']}"
    if "anyOf" in schema:
        ways = [list(complaints(one, other, root, place)) for other in schema["anyOf"]]
        if all(ways):
            yield f"{place}: fits none: {min(ways, key=len)[0]}"
    if isinstance(one, str) and not re.search(schema.get("pattern", ""), one):
        yield f"{place}: {one!r:.40} is not of the form {schema['pattern']}"
    low, high = schema.get("minimum", one), schema.get("maximum", one)
    if is_type(one, "number") and not low <= one <= high:
        yield f"{place}: {one} is out of range"
    if isinstance(one, list):
        if len(one) < schema.get("minItems", 0):
            yield f"{place}: too short"
        first = schema.get("prefixItems", [])
        for number, each in enumerate(one):
            own = first[number] if number < len(first) else schema.get("items", {})
            yield from complaints(each, own, root, f"{place}[{number}]")
    if isinstance(one, dict):
        yield from of_object(one, schema, root, place)


def of_object(one, schema, root, place):
    if not schema.get("minProperties", 0) <= len(one) <= schema.get("maxProperties", len(one)):
        yield f"{place}: {len(one)} keys"
    for name in schema.get("required", []):
        if name not in one:
            yield f"{place}: {name} is missing"
    known, rest = schema.get("properties", {}), schema.get("additionalProperties", {})
    for name, each in one.items():
        if name not in known and rest is False:
            yield f"{place}: {name} is not known"
        else:
            own = known.get(name, rest if isinstance(rest, dict) else {})
            yield from complaints(each, own, root, f"{place}.{name}")
