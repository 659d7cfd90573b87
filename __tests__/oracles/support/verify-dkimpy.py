"""Verifies messages with dkimpy. Reads JSON lines {id, mail, values} and writes lines "id result"."""
import json
import logging
import sys

import dkim

logging.disable(logging.CRITICAL)
for line in sys.stdin:
    case = json.loads(line)
    # dkimpy's own look-up takes the first record, its strings joined; octets come as Latin-1.
    values = [value.encode('latin-1') for value in case['values']]
    try:
        valid = dkim.verify(case['mail'].encode('latin-1'), dnsfunc=lambda name, timeout=5: values[0] if values else None)
        result = 'pass' if valid else 'fail'
    except Exception as error:
        result = 'died'
    print(case['id'], result)
