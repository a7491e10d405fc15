"""Validates an XML file against a schema: validate.py SCHEMA FILE."""

import sys

from lxml import etree

schema = etree.XMLSchema(etree.parse(sys.argv[1]))
document = etree.parse(sys.argv[2])
if not schema.validate(document):
    sys.exit(str(schema.error_log))
