import { awsFailure } from '../../../cli/errors/aws-failure';

const call = { action: 'lambda:InvokeFunction', resource: 'function ses-byodkim in ap-northeast-9' };
/** An error as the SDK throws it. */
const thrown = (name: string, $metadata: object): Error =>
  Object.assign(new Error('it broke.'), { name, $metadata });

describe('an error of the SDK', () => {
  it.each([
    ['CredentialsProviderError', {}, 'NOT_SIGNED_IN'],
    ['ExpiredTokenException', { httpStatusCode: 403 }, 'NOT_SIGNED_IN'],
    // A region that AWS does not have, that is not enabled, or of another partition.
    ['UnrecognizedClientException', { httpStatusCode: 403 }, 'CREDENTIALS_REFUSED'],
    ['InvalidSignatureException', { httpStatusCode: 403 }, 'CREDENTIALS_REFUSED'],
    ['AccessDeniedException', { httpStatusCode: 403 }, 'CALLER_DENIED'],
    ['TooManyRequestsException', { httpStatusCode: 429 }, 'THROTTLED'],
    ['ServiceException', { httpStatusCode: 500 }, 'AWS_FAILED'],
    // The SDK counts its attempts, also where AWS has not answered.
    ['Error', { attempts: 3, totalRetryDelay: 200 }, 'AWS_NOT_REACHED'],
  ])('%s with %j is %s', (name, metadata, code) => {
    expect(awsFailure(thrown(name, metadata), call)).toMatchObject({ code });
  });

  it('names the region and other possible causes if credentials are refused', () => {
    const { message, advice } = awsFailure(
      thrown('InvalidSignatureException', { httpStatusCode: 403 }),
      call,
    );
    expect(message).toContain('lambda:InvokeFunction on function ses-byodkim in ap-northeast-9');
    expect(advice).toMatch(/^Check the region: AWS may have none of this name, .*another partition/);
  });
});
