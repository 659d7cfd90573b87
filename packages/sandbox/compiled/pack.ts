import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** What one program needs to start again: in one file, since a program may be a thousand of them. */
export interface Pack {
  /** What V8 has compiled, by the digest of its source. */
  readonly compiled: ReadonlyMap<string, Buffer>;
  /** Node's own notes of where it has found what was required. */
  readonly places: Readonly<Record<string, string>>;
}

interface Head {
  readonly places: Pack['places'];
  /** Of each piece its length; they lie one after another. */
  readonly lengths: Readonly<Record<string, number>>;
}

const NOTHING: Pack = { compiled: new Map(), places: {} };
/** V8 copies a piece that begins elsewhere. */
const ALIGNMENT = 8;

/** Nothing, where there is none, or none that can be read. */
export function readPack(file: string): Pack {
  try {
    const bytes = readFileSync(file);
    const headLength = bytes.readUInt32LE(0);
    const { places, lengths } = JSON.parse(bytes.toString('utf8', 4, 4 + headLength)) as Head;
    const compiled = new Map<string, Buffer>();
    let start = aligned(4 + headLength);
    for (const [source, length] of Object.entries(lengths)) {
      compiled.set(source, bytes.subarray(start, start + length));
      start = aligned(start + length);
    }
    return { compiled, places };
  } catch {
    return NOTHING;
  }
}

/** Others read it meanwhile: they never see half of it. */
export function writePack(file: string, { compiled, places }: Pack): void {
  const lengths = Object.fromEntries([...compiled].map(([source, { length }]) => [source, length]));
  const head = Buffer.from(JSON.stringify({ places, lengths } satisfies Head));
  const headLength = Buffer.alloc(4);
  headLength.writeUInt32LE(head.length);
  const pieces = [Buffer.concat([headLength, head]), ...compiled.values()];
  const unfinished = `${file}.${process.pid}`;
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(unfinished, Buffer.concat(pieces.flatMap((piece) => [piece, paddingAfter(piece)])));
  renameSync(unfinished, file);
}

const aligned = (offset: number): number => Math.ceil(offset / ALIGNMENT) * ALIGNMENT;
const paddingAfter = ({ length }: Buffer): Buffer => Buffer.alloc(aligned(length) - length);
