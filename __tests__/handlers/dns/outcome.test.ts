import { gateError } from '../../../handlers/dns/outcome';
import { ByodkimError } from '../../../handlers/errors/errors';
import { byReason } from '../../../handlers/words/gate';
import { missing, outcome, server } from './outcomes';
import { NAME, VALUE } from './support';

test('an error carries the code and the facts of the outcome', () => {
  const error = gateError(outcome({ failure: 'late' }));
  expect(error).toBeInstanceOf(ByodkimError);
  expect(error).toMatchObject({ name: 'DNS_TXT_NOT_READY', statusCode: 400 });
  expect(error.facts).toMatchObject({
    recordName: NAME,
    expectedValue: VALUE,
    servers: outcome().servers,
    rounds: 1,
  });
  expect(JSON.parse(JSON.stringify(error.facts))).toMatchObject({ zone: 'example.com' });
});

test('servers with the same reason are named together, at most four of them', () => {
  const many = Array.from({ length: 6 }, (_, i) => missing({ address: `192.0.2.${i}:53`, name: undefined }));
  expect(byReason([...many, server({ role: 'recursive', name: undefined, address: '192.0.2.9:53' })])).toBe(
    '192.0.2.0:53, 192.0.2.1:53, 192.0.2.2:53, 192.0.2.3:53 and 2 more: answers that the name does not exist; ' +
      'resolver 192.0.2.9:53: has the record',
  );
});

test('at most six of many reasons are named, whatever a zone sends', () => {
  const many = Array.from({ length: 9 }, (_, i) =>
    missing({ why: { kind: 'several-records', count: i + 2 } }),
  );
  expect(byReason(many).split('; ')).toEqual([
    ...[2, 3, 4, 5, 6, 7].map((count) => expect.stringContaining(`has ${count} TXT records`)),
    'other servers: 3 more reasons',
  ]);
});

test('names how long a resolver will repeat its answer', () => {
  const cached = missing({ role: 'recursive', name: undefined, ttlSeconds: 873 });
  expect(byReason([cached])).toBe(
    'resolver [2001:db8::1]:53: answers that the name does not exist, from its cache for 873 s more at most',
  );
});
