import type { ServiceFactory } from '../../contract/core';
import { type Common, operationsOf } from '../../contract/operations';
import type { Operation } from '../../contract/service';

/**
 * Key Management Service, as far as other services use it on a caller's behalf: every key exists, and its policy leaves
 * the decision to IAM. Nothing is really encrypted.
 */
export const createKms: ServiceFactory = () => {
  const common: Common = {
    resource: (input) => input.KeyId,
    conditionKeys: (input) => ({
      ...(input.ViaService ? { 'kms:ViaService': input.ViaService } : {}),
      ...Object.fromEntries(
        Object.entries<string>(input.EncryptionContext ?? {}).map(([key, value]) => [
          `kms:EncryptionContext:${key}`,
          value,
        ]),
      ),
    }),
  };
  const run: Operation['run'] = ({ KeyId }) => ({ KeyId });
  return { name: 'kms', operations: operationsOf('kms', common, { GenerateDataKey: run, Decrypt: run }) };
};
