import { awsError } from '../../../handlers/aws/aws-error';
import { asByodkimError } from '../../../handlers/errors/errors';

const CALL = { action: 's3:GetObject', resource: 's3://keys/a' };

test.each(['Slow down', 'Slow down.', 'Slow down...'])(
  'a message of somebody else ends once: %s',
  (message) => {
    expect(awsError(new Error(message), CALL).message).toBe(
      's3:GetObject on s3://keys/a failed: Error: Slow down.',
    );
    expect(asByodkimError(new Error(message)).message).toBe('Unexpected failure: Error: Slow down.');
  },
);
