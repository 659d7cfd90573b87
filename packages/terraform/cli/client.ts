/** The running sandbox does not answer, or refuses: the message says what to do. */
export class SandboxClientError extends Error {}

/** A sandbox that runs in another process, by `SANDBOX_URL` of the file that it wrote. */
export function sandboxClient(environment: Readonly<Record<string, string | undefined>>) {
  const url = environment.SANDBOX_URL;
  if (!url) {
    throw new SandboxClientError(
      'No sandbox is named: source the file that `npm run sandbox` printed (`. FILE`), or start one.',
    );
  }
  return {
    /** @throws SandboxClientError */
    async ask(method: string, path: string, body?: unknown): Promise<any> {
      const response = await fetch(`${url}/${path}`, {
        method,
        body: body === undefined ? undefined : JSON.stringify(body),
      }).catch((error: Error) => {
        throw new SandboxClientError(
          `No sandbox answers at ${new URL(url).origin}: ${reason(error)}. Start one: npm run sandbox.`,
        );
      });
      const answer: any = await response.json();
      if (!response.ok) throw new SandboxClientError(answer.error?.message ?? `status ${response.status}`);
      return answer;
    },
  };
}

const reason = ({ message, cause }: Error): string => (cause instanceof Error ? cause.message : message);
