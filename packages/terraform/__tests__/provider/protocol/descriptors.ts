import { readFileSync } from 'node:fs';
import protobuf from 'protobufjs';
import descriptor from 'protobufjs/ext/descriptor';

/** `syntax` is the last field of a file's descriptor as the Go compiler writes it. */
const SYNTAX_FIELD = 12;

/** Extracts a `.proto` file, with its imports, from a Go program, which carries their descriptors in its own bytes. */
export function embeddedProto(program: string, file: string): protobuf.Root {
  const bytes = readFileSync(program);
  const files = new Map<string, FileDescriptor>();
  const take = (name: string) => {
    if (files.has(name)) return;
    const found = descriptorIn(bytes, name);
    if (!found) throw new Error(`${program} carries no descriptor of ${name}`);
    files.set(name, found);
    found.dependency.forEach(take);
  };
  take(file);
  const set = descriptor.FileDescriptorSet.encode({ file: [...files.values()] }).finish();
  return (protobuf.Root as any).fromDescriptor(set).resolveAll();
}

interface FileDescriptor {
  readonly dependency: readonly string[];
}

function descriptorIn(bytes: Buffer, file: string): FileDescriptor | undefined {
  // Field 1, `name`: how every descriptor begins.
  const beginning = Buffer.concat([Buffer.from([0x0a, file.length]), Buffer.from(file)]);
  const start = bytes.indexOf(beginning);
  if (start < 0) return undefined;
  const end = start + lengthOf(bytes.subarray(start, start + 1_000_000));
  return descriptor.FileDescriptorProto.decode(bytes.subarray(start, end)) as unknown as FileDescriptor;
}

function lengthOf(bytes: Uint8Array): number {
  const reader = protobuf.Reader.create(bytes);
  for (;;) {
    const tag = reader.uint32();
    reader.skipType(tag & 7);
    if (tag >>> 3 === SYNTAX_FIELD) return reader.pos;
  }
}
