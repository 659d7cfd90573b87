import { inflateRawSync } from 'node:zlib';
import { Unzip, type UnzipDecoder, unzipSync } from 'fflate';

/**
 * The files of a zip, by name. Node inflates them: fflate's own code takes ten times as long until V8 has compiled it.
 * @throws Error when it is no zip, or holds something else than its directory says
 */
export function unzip(zip: Uint8Array): Map<string, Uint8Array> {
  const sizes = new Map<string, number>();
  const list = ({ name, originalSize }: { name: string; originalSize: number }) => {
    sizes.set(name, originalSize);
    return false;
  };
  unzipSync(zip, { filter: list });

  const found = new Map<string, Uint8Array>();
  const reader = new Unzip((file) => {
    const parts: Uint8Array[] = [];
    file.ondata = (error, data, final) => {
      if (error) throw error;
      parts.push(data);
      if (final) found.set(file.name, Buffer.concat(parts));
    };
    file.start();
  });
  reader.register(
    class implements UnzipDecoder {
      static readonly compression = 8;
      private readonly parts: Uint8Array[] = [];
      ondata!: UnzipDecoder['ondata'];
      constructor(private readonly name: string) {}

      push(data: Uint8Array, final: boolean): void {
        this.parts.push(data);
        if (!final) return;
        const maxOutputLength = Math.max(1, sizes.get(this.name) ?? 0);
        this.ondata(null, inflateRawSync(Buffer.concat(this.parts), { maxOutputLength }), true);
      }
    },
  );
  reader.push(zip, true);

  return new Map(
    [...sizes].map(([name, size]) => {
      const content = found.get(name);
      if (content?.length !== size) throw new Error(`${name} is not as long as the zip's directory says`);
      return [name, content];
    }),
  );
}
