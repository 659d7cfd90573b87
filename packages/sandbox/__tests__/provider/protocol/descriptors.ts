import { readFileSync } from 'node:fs';
import protobuf from 'protobufjs';
import descriptor from 'protobufjs/ext/descriptor';

/** `syntax` is the last field of a file's descriptor as the Go compiler writes it. */
const SYNTAX_FIELD = 12;

/** Takes the descriptor of a `.proto` file out of a Go program, which carries it in its own bytes. */
export function embeddedProto(program: string, file: string): protobuf.Root {
  const bytes = readFileSync(program);
  // Field 1, `name`: how every descriptor begins.
  const beginning = Buffer.concat([Buffer.from([0x0a, file.length]), Buffer.from(file)]);
  const start = bytes.indexOf(beginning);
  if (start < 0) throw new Error(`${program} carries no descriptor of ${file}`);
  const end = start + lengthOf(bytes.subarray(start, start + 1_000_000));
  const set = descriptor.FileDescriptorSet.encode({
    file: [descriptor.FileDescriptorProto.decode(bytes.subarray(start, end))],
  }).finish();
  return (protobuf.Root as any).fromDescriptor(set).resolveAll();
}

function lengthOf(bytes: Uint8Array): number {
  const reader = protobuf.Reader.create(bytes);
  for (;;) {
    const tag = reader.uint32();
    reader.skipType(tag & 7);
    if (tag >>> 3 === SYNTAX_FIELD) return reader.pos;
  }
}
