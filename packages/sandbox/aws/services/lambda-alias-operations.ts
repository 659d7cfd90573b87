import { randomUUID } from 'node:crypto';
import { AwsError, type Operation } from '../../contract/service';
import { notFound } from '../../lambda/errors';
import type { FunctionAlias, FunctionRecord } from '../../lambda/function-record';
import type { Functions } from '../../lambda/functions';

/** Aliases: additional names of `$LATEST`, each of which IAM can grant by itself. */
export function aliasOperations(functions: Functions): Record<string, Operation> {
  const put = (before: FunctionRecord, alias: FunctionAlias) => {
    functions.change(before, { aliases: new Map([...before.aliases, [alias.Name, alias]]) });
    return alias;
  };
  return functions.operations({
    CreateAlias(input, context) {
      const before = functions.find(functions.arn(input, context));
      if (!before) throw noVersion(functions.arn(input, context), input.FunctionVersion);
      if (before.aliases.has(input.Name)) {
        const message = `Alias already exists: ${before.arn}:${input.Name}`;
        throw new AwsError('ResourceConflictException', message, 409);
      }
      checkVersion(before, input);
      const { Name, FunctionVersion, Description = '' } = input;
      const AliasArn = `${before.arn}:${Name}`;
      return put(before, { AliasArn, Name, FunctionVersion, Description, RevisionId: randomUUID() });
    },
    GetAlias: (input, context) => aliasOf(functions.named(input, context), input.Name),
    UpdateAlias(input, context) {
      const before = functions.named(input, context);
      const alias = aliasOf(before, input.Name);
      functions.checkRevision(alias.RevisionId, input);
      checkVersion(before, input);
      return put(before, {
        ...alias,
        FunctionVersion: input.FunctionVersion ?? alias.FunctionVersion,
        Description: input.Description ?? alias.Description,
        RevisionId: randomUUID(),
      });
    },
    DeleteAlias(input, context) {
      const before = functions.named(input, context);
      const aliases = [...before.aliases].filter(([name]) => name !== input.Name);
      functions.change(before, { aliases: new Map(aliases) });
    },
  });
}

const noVersion = (arn: string, version: string): AwsError =>
  notFound(`Function not found: ${arn}:${version}`);

function aliasOf(record: FunctionRecord, name: string): FunctionAlias {
  const found = record.aliases.get(name);
  if (found) return found;
  throw notFound(`Cannot find alias arn: ${record.arn}:${name}`);
}

/** No version is ever published here, so `$LATEST` is the only one. */
function checkVersion({ arn }: FunctionRecord, { FunctionVersion: version }: any): void {
  if (version !== undefined && version !== '$LATEST') throw noVersion(arn, version);
}
