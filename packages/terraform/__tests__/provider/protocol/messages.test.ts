import type protobuf from 'protobufjs';
import { CALLS, MESSAGES, type MessageName, messageFields } from '../../../provider/protocol/messages';
import { ENGINES } from '../../engine/engines';
import { embeddedProto } from './descriptors';

describe.each(ENGINES)('the protocol, as in $title,', ({ engine }) => {
  const service = embeddedProto(engine.path, 'tfplugin6.proto').lookupService('tfplugin6.Provider');

  test.each(Object.entries(CALLS))('has the engine’s name, request and response for %s', (_name, call) => {
    const [rpc, request, response] = call;
    const method = service.methods[rpc]!;
    method.resolve();
    const compared = new Set<string>();
    compareMessages(request, method.resolvedRequestType!, compared);
    compareMessages(response, method.resolvedResponseType!, compared);
    expect(compared.size).toBeGreaterThan(1);
  });
});

/** Every field of ours is a field of theirs: same name, number, type and label. Theirs may have more. */
function compareMessages(ours: MessageName, theirs: protobuf.Type, compared: Set<string>): void {
  const pair = `${ours} ${theirs.name}`;
  if (compared.has(pair)) return;
  compared.add(pair);
  for (const { name, kind, type, number } of messageFields(ours)) {
    const field = theirs.fieldsArray.find((candidate) => candidate.id === number);
    expect({ message: pair, name, number, kind }).toEqual({
      message: pair,
      name: field && snakeCase(field.name),
      number: field?.id,
      kind: field?.map ? 'map' : field?.repeated ? 'repeated' : 'single',
    });
    const resolved = field!.resolve().resolvedType;
    if (type in MESSAGES) compareMessages(type as MessageName, resolved as protobuf.Type, compared);
    else expect(`${pair} ${type}`).toBe(`${pair} ${resolved ? 'int32' : field!.type}`);
  }
}

const snakeCase = (name: string): string =>
  /^[A-Z]/.test(name) ? name : name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
