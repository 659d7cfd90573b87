import fc from 'fast-check';
import { ACTIONS, RESOURCES } from '../../handlers/contract/contract';
import { readEnvironment } from '../../handlers/contract/input/environment';
import { parseEvent } from '../../handlers/contract/input/event';
import { ByodkimError } from '../../handlers/errors/errors';
import { anyCharacter } from '../support/any-character';
import { fuzzed } from './runs';

const ENVIRONMENT = readEnvironment({ BYODKIM_KEY_STORE_BUCKET: 'key-store' });

/** Events that are almost right, so that more than the first check is reached. */
const almostAnEvent = fc
  .record(
    {
      action: fc.oneof(fc.constantFrom(...Object.values(ACTIONS)), fc.jsonValue()),
      resource: fc.oneof(fc.constantFrom(...RESOURCES), fc.jsonValue()),
      transaction: fc.oneof(fc.string(), fc.jsonValue()),
      domain: fc.oneof(fc.domain(), fc.string({ unit: anyCharacter }), fc.jsonValue()),
      selector: fc.oneof(fc.stringMatching(/^[a-z0-9-]{1,70}$/), fc.jsonValue()),
      region: fc.oneof(fc.constant('eu-west-1'), fc.jsonValue()),
      keyStore: fc.oneof(fc.record({ bucket: fc.jsonValue() }, { requiredKeys: [] }), fc.jsonValue()),
      gate: fc.oneof(
        fc.record({ mode: fc.jsonValue(), nameservers: fc.array(fc.jsonValue()) }, { requiredKeys: [] }),
        fc.jsonValue(),
      ),
      verification: fc.jsonValue(),
      confirmTimeoutMinutes: fc.oneof(fc.double(), fc.jsonValue()),
      tf: fc.jsonValue(),
      domains: fc.oneof(fc.array(fc.domain()), fc.jsonValue()),
      continues: fc.jsonValue(),
      arming: fc.jsonValue(),
    },
    { requiredKeys: [] },
  )
  .map((event) => JSON.parse(JSON.stringify(event)));

test('any JSON gives a request, or an error with a reason, in text that a terminal may show', () => {
  fc.assert(
    fc.property(fc.oneof(fc.jsonValue(), almostAnEvent), fc.constantFrom('read', ''), (event, alias) => {
      const { request } = parseEvent(event, ENVIRONMENT, alias);
      if (!(request instanceof ByodkimError)) {
        if (alias === 'read')
          expect(['inspect', 'gate', 'status', 'known', 'record', 'topics', 'audit']).toContain(request.kind);
        return expect(request.kind).toEqual(expect.any(String));
      }
      expect(['VALIDATION_ERROR', 'UNSUPPORTED_ACTION', 'NOT_ALLOWED']).toContain(request.code);
      expect(request.message).not.toMatch(/found undefined|[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
    }),
    fuzzed(),
  );
});
