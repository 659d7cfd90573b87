/** The running sandbox does not answer, or refuses. The message says what to do. */
export class SandboxClientError extends Error {}

/** A sandbox that runs in another process. */
export interface SandboxClient {
  /**
   * Sends a request to a path below its `controlUrl`.
   * @throws SandboxClientError
   */
  ask(method: string, path: string, body?: unknown): Promise<any>;
}

/**
 * Finds a running sandbox by the `SANDBOX_URL` in the file that it wrote.
 * @throws SandboxClientError
 */
export function sandboxClient(environment: Readonly<Record<string, string | undefined>>): SandboxClient {
  const url = environment.SANDBOX_URL;
  if (!url) {
    throw new SandboxClientError(
      'SANDBOX_URL is not set. Source the file that `npm run sandbox` printed (`. FILE`), or start a sandbox.',
    );
  }
  return {
    async ask(method, path, body) {
      const response = await fetch(`${url}/${path}`, {
        method,
        body: body === undefined ? undefined : JSON.stringify(body),
      }).catch((error: Error) => {
        throw new SandboxClientError(
          `No sandbox answers at ${new URL(url).origin}: ${reason(error)}. Start one with npm run sandbox.`,
        );
      });
      const answer: any = await response.json();
      if (!response.ok) throw new SandboxClientError(answer.error?.message ?? `status ${response.status}`);
      return answer;
    },
  };
}

const reason = ({ message, cause }: Error): string => (cause instanceof Error ? cause.message : message);
