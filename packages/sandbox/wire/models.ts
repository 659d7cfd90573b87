import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Model } from './model';

/** Maps the sandbox's name of a service to the file of its model, named as botocore names it. */
export const MODEL_FILES: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    ['cloudwatch', 'events', 'iam', 'kms', 'lambda', 'logs', 'route53', 's3', 'scheduler', 'sns', 'sts'].map(
      (name) => [name, name],
    ),
  ),
  ses: 'sesv2',
};

const loaded = new Map<string, Model>();

/** Returns the model of one of the sandbox's services, read once. Undefined if the sandbox has no such service. */
export function modelOf(service: string): Model | undefined {
  const file = MODEL_FILES[service];
  if (file === undefined) return undefined;
  const model = loaded.get(service) ?? new Model(readModel(file));
  loaded.set(service, model);
  return model;
}

const readModel = (file: string) =>
  JSON.parse(readFileSync(path.join(__dirname, '..', 'models', `${file}.json`), 'utf8'));
