/**
 * Writes AWS's service models, as botocore carries them, cut down to the operations that the sandbox has. For the other
 * operations it keeps only the parts that identify a request, so that the wire can name them. `npx tsx
 * packages/sandbox/trim-models.ts FOLDER VERSION`: FOLDER is botocore's `data`.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { startSandbox } from './aws/sandbox';
import { trimModel } from './models/trimmed';
import { MODEL_FILES } from './wire/models';

async function main([folder, version]: readonly string[]): Promise<void> {
  if (!folder || !version) throw new Error('usage: trim-models.ts FOLDER VERSION (of botocore)');
  const sandbox = await startSandbox();
  for (const [service, name] of Object.entries(MODEL_FILES)) {
    const operations = Object.keys(sandbox.service(service).operations);
    const [model, { pagination }] = [read(folder, name, 'service-2'), read(folder, name, 'paginators-1')];
    const trimmed = trimModel(model, pagination ?? {}, operations, version);
    writeFileSync(path.join(__dirname, 'models', `${name}.json`), print(trimmed));
    console.log(`${name}: ${Object.keys(trimmed.operations).length} operations are used`);
  }
  await sandbox.close();
}

/** Reads a file of a service's newest model. */
function read(folder: string, name: string, what: 'service-2' | 'paginators-1'): any {
  const newest = path.join(folder, name, readdirSync(path.join(folder, name)).sort().at(-1)!);
  const file = readdirSync(newest).find((entry) => entry.startsWith(`${what}.json`))!;
  const bytes = readFileSync(path.join(newest, file));
  return JSON.parse((file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8'));
}

/** Prints one operation or shape per line, so that the diff of a new version shows its changes. */
function print(model: Record<string, any>): string {
  const parts = Object.entries(model).map(([name, value]) => {
    if (!['operations', 'unserved', 'shapes'].includes(name))
      return `${JSON.stringify(name)}: ${JSON.stringify(value)}`;
    const lines = Object.entries(value).map(
      ([key, entry]) => `  ${JSON.stringify(key)}: ${JSON.stringify(entry)}`,
    );
    return `${JSON.stringify(name)}: {\n${lines.join(',\n')}\n}`;
  });
  return `{\n${parts.join(',\n')}\n}\n`;
}

void main(process.argv.slice(2));
