import type { ServiceFactory } from '../core';
import type { Operation } from '../service';

/**
 * Key Management Service, as far as other services use it on a caller's behalf: every key exists, its policy leaves
 * the decision to IAM. Nothing is really encrypted.
 */
export const createKms: ServiceFactory = () => {
  const operation = (name: string): Operation => ({
    action: `kms:${name}`,
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
    run: (input) => ({ KeyId: input.KeyId }),
  });
  return {
    name: 'kms',
    operations: { GenerateDataKey: operation('GenerateDataKey'), Decrypt: operation('Decrypt') },
  };
};
