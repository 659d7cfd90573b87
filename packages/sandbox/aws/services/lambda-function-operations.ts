import type { SandboxCore } from '../../contract/core';
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

/** Operations on functions themselves. */
export function functionOperations(functions: Functions): Record<string, Operation> {
  /** By ARN, why no change is taken: a change is in progress until the function has been read. */
  const underWay = new Map<string, string>();
  const checkIdle = ({ arn }: FunctionRecord): void => {
    const why = underWay.get(arn);
    if (why === undefined) return;
    throw new AwsError(
      'ResourceConflictException',
      `The operation cannot be performed at this time. ${why}`,
      409,
    );
  };
  const change = (before: FunctionRecord, changed: Partial<FunctionRecord>) => {
    underWay.set(before.arn, `An update is in progress for resource: ${before.arn}`);
    return { ...functionConfiguration(functions.change(before, changed)), ...BEING_UPDATED };
  };
  const look = (input: any, context: CallContext): FunctionRecord => {
    const found = functions.named(input, context);
    underWay.delete(found.arn);
    return found;
  };
  return functions.operations({
    CreateFunction(input, context) {
      const { name } = parseFunctionName(input.FunctionName);
      const arn = functions.arn(input, context);
      if (functions.find(arn)) {
        throw new AwsError('ResourceConflictException', `Function already exist: ${name}`, 409);
      }
      checkTagCount(listOf(input.Tags));
      const settings = functionSettings(input, name);
      checkRole(functions.core, settings.Role, context);
      const created: FunctionRecord = {
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
      underWay.set(arn, 'The function is currently in the following state: Pending');
      return { ...functionConfiguration(functions.change(created, {})), ...BEING_CREATED };
    },
    UpdateFunctionCode(input, context) {
      const before = functions.named(input, context);
      functions.checkRevision(before.revisionId, input);
      const code = unpack(functions.code, input);
      checkIdle(before);
      before.pool.retire();
      return change(before, { code, architectures: input.Architectures ?? before.architectures });
    },
    UpdateFunctionConfiguration(input, context) {
      const before = functions.named(input, context);
      functions.checkRevision(before.revisionId, input);
      const settings = functionSettings(input, before.name, before.settings);
      if (input.Role) checkRole(functions.core, input.Role, context);
      checkIdle(before);
      before.pool.retire();
      return change(before, { settings });
    },
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
    DeleteFunction(input, context) {
      const { qualifier } = parseFunctionName(input.FunctionName, input.Qualifier);
      const found = functions.named({ ...input, Qualifier: undefined }, context);
      if (qualifier === '$LATEST')
        throw invalid('$LATEST version cannot be deleted without deleting the function.');
      // Nothing is published here: to delete a version that is not there is to have it deleted.
      if (qualifier === undefined) {
        underWay.delete(found.arn);
        functions.remove(found);
      }
      return { StatusCode: 204 };
    },
  });
}

/** What the answer to a change says; the next look finds it done. */
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

/** The caller must be allowed to pass the role, and the role must let Lambda take it. */
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
