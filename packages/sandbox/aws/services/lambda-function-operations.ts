import type { SandboxCore } from '../../contract/core';
import type { OwnOperations } from '../../contract/operations';
import { listOf } from '../../contract/resource-tags';
import { AwsError, type CallContext, type Operation } from '../../contract/service';
import type { CodeStore, FunctionCode } from '../../lambda/code-store';
import { EnvironmentPool } from '../../lambda/environment-pool';
import { invalid } from '../../lambda/errors';
import { parseFunctionName } from '../../lambda/function-name';
import { type FunctionRecord, functionConfiguration } from '../../lambda/function-record';
import { functionSettings } from '../../lambda/function-settings';
import type { Functions } from '../../lambda/functions';
import type { IamService } from './iam';
import { checkTagCount } from './lambda-attachment-operations';

/** Tracks functions that are being created or updated. A change is in progress until somebody reads the function. */
class ChangesUnderWay {
  /** AWS's sentence on why a function takes no further change, by ARN. */
  private readonly reasons = new Map<string, string>();

  begin(arn: string, reason: string): void {
    this.reasons.set(arn, reason);
  }

  end(arn: string): void {
    this.reasons.delete(arn);
  }

  /** @throws AwsError ResourceConflictException */
  checkIdle({ arn }: FunctionRecord): void {
    const reason = this.reasons.get(arn);
    if (reason === undefined) return;
    const message = `The operation cannot be performed at this time. ${reason}`;
    throw new AwsError('ResourceConflictException', message, 409);
  }
}

/** Makes the operations on functions themselves. */
export function functionOperations(functions: Functions): Record<string, Operation> {
  const changes = new ChangesUnderWay();
  return functions.operations({
    ...changingOperations(functions, changes),
    ...readingOperations(functions, changes),
  });
}

function changingOperations(functions: Functions, changes: ChangesUnderWay): OwnOperations {
  const change = (before: FunctionRecord, changed: Partial<FunctionRecord>) => {
    changes.begin(before.arn, `An update is in progress for resource: ${before.arn}`);
    return { ...functionConfiguration(functions.change(before, changed)), ...BEING_UPDATED };
  };
  return {
    CreateFunction(input, context) {
      const created = newFunction(functions, input, context);
      changes.begin(created.arn, 'The function is currently in the following state: Pending');
      return { ...functionConfiguration(functions.change(created, {})), ...BEING_CREATED };
    },
    UpdateFunctionCode(input, context) {
      const before = functions.named(input, context);
      functions.checkRevision(before.revisionId, input);
      const code = unpack(functions.code, input);
      changes.checkIdle(before);
      before.pool.retire();
      return change(before, { code, architectures: input.Architectures ?? before.architectures });
    },
    UpdateFunctionConfiguration(input, context) {
      const before = functions.named(input, context);
      functions.checkRevision(before.revisionId, input);
      const settings = functionSettings(input, before.name, before.settings);
      if (input.Role) checkRole(functions.core, input.Role, context);
      changes.checkIdle(before);
      before.pool.retire();
      return change(before, { settings });
    },
    DeleteFunction(input, context) {
      const { qualifier } = parseFunctionName(input.FunctionName, input.Qualifier);
      const found = functions.named({ ...input, Qualifier: undefined }, context);
      if (qualifier === '$LATEST')
        throw invalid('$LATEST version cannot be deleted without deleting the function.');
      // No version is ever published here, so the deletion of a missing version succeeds.
      if (qualifier === undefined) {
        changes.end(found.arn);
        functions.remove(found);
      }
      return { StatusCode: 204 };
    },
  };
}

/** @throws AwsError for a name that is taken, and for settings, code or a role that Lambda does not accept */
function newFunction(functions: Functions, input: any, context: CallContext): FunctionRecord {
  const { name } = parseFunctionName(input.FunctionName);
  const arn = functions.arn(input, context);
  if (functions.find(arn)) {
    throw new AwsError('ResourceConflictException', `Function already exist: ${name}`, 409);
  }
  checkTagCount(listOf(input.Tags));
  const settings = functionSettings(input, name);
  checkRole(functions.core, settings.Role, context);
  return {
    settings,
    name,
    arn,
    region: context.region,
    code: unpack(functions.code, input.Code),
    architectures: input.Architectures ?? ['x86_64'],
    pool: new EnvironmentPool(() => functions.options().maxIdleEnvironments),
    tags: functions.core.resourceTags(listOf(input.Tags)),
    aliases: new Map(),
    eventInvokeConfigs: new Map(),
    permissions: [],
    lastModified: '',
    revisionId: '',
  };
}

function readingOperations(functions: Functions, changes: ChangesUnderWay): OwnOperations {
  /** Finds a function. The read ends a change that is in progress. */
  const look = (input: any, context: CallContext): FunctionRecord => {
    const found = functions.named(input, context);
    changes.end(found.arn);
    return found;
  };
  return {
    GetFunction(input, context) {
      const found = look(input, context);
      return {
        Configuration: functionConfiguration(found, functions.qualifiedArn(input, context)),
        Code: { RepositoryType: 'S3', Location: `file://${found.code.folder}` },
        Tags: found.tags.shown.size > 0 ? found.tags.record : undefined,
      };
    },
    GetFunctionConfiguration: (input, context) =>
      functionConfiguration(look(input, context), functions.qualifiedArn(input, context)),
    ListFunctions: {
      resource: () => '*',
      resourceTags: undefined,
      run: (_input, { region }) => ({
        Functions: functions
          .all()
          .filter((found) => found.region === region)
          .map((found) => functionConfiguration(found)),
      }),
    },
    GetFunctionCodeSigningConfig: (input, context) => ({
      FunctionName: functions.named(input, context).name,
    }),
    ListVersionsByFunction(input, context) {
      const found = functions.named(input, context);
      return { Versions: [{ ...functionConfiguration(found), FunctionArn: `${found.arn}:$LATEST` }] };
    },
  };
}

/** Returns the state in the answer to a change. The change ends with the next read. */
const BEING_CREATED = {
  State: 'Pending',
  StateReason: 'The function is being created.',
  StateReasonCode: 'Creating',
  LastUpdateStatus: undefined,
};
const BEING_UPDATED = {
  LastUpdateStatus: 'InProgress',
  LastUpdateStatusReason: 'The function is being created.',
  LastUpdateStatusReasonCode: 'Creating',
};

/** Checks that the caller may pass the role, and that the role lets Lambda assume it. */
function checkRole(core: SandboxCore, roleArn: string, context: CallContext): void {
  context.authorize('iam:PassRole', roleArn, { 'iam:PassedToService': 'lambda.amazonaws.com' });
  if (core.service<IamService>('iam').trustsService(roleArn, 'lambda.amazonaws.com')) return;
  throw invalid('The role defined for the function cannot be assumed by Lambda.');
}

function unpack(store: CodeStore, { ZipFile, ...elsewhere }: any = {}): FunctionCode {
  if (ZipFile && (elsewhere.S3Bucket || elsewhere.ImageUri)) {
    const message = 'Please do not provide other FunctionCode parameters when providing a ZipFile.';
    throw invalid(message);
  }
  if (!ZipFile) {
    throw invalid('The sandbox takes code as ZipFile only.');
  }
  try {
    return store.unpack(ZipFile);
  } catch {
    throw invalid('Could not unzip uploaded file. Please check your file, then try to upload again.');
  }
}
