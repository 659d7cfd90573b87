import {
  type Exchange,
  type Finding,
  type Recording,
  type Replacements,
  type SendingRow,
  sanitized,
} from './recording';

/** The part of an SDK client that recording needs. */
interface Client {
  middlewareStack: {
    add(middleware: any, options: { step: 'deserialize'; name: string; priority: 'high' }): void;
  };
}

/** Records the requests and answers of AWS SDK clients. */
export class Recorder {
  private readonly exchanges: Exchange[] = [];
  private readonly findings: Finding[] = [];
  private readonly sending: SendingRow[] = [];
  private step = 'before';

  constructor(private readonly replacements: () => Replacements) {}

  begin(step: string): void {
    this.step = step;
  }

  /** Keeps the answer to a question. */
  found(finding: Finding): void {
    this.findings.push(sanitized(finding, this.replacements()) as Finding);
  }

  /** Keeps what SES said at one moment of a change. */
  saw(row: SendingRow): void {
    this.sending.push(row);
  }

  /** Adds a client, whose calls are recorded from now on. */
  listen<T extends Client>(service: string, client: T): T {
    const middleware = (next: any, context: { commandName?: string }) => async (request: any) => {
      const call = `${service}:${String(context.commandName ?? 'unknown').replace(/Command$/, '')}`;
      const keep = (status: number, answer: { output?: unknown; error?: string }) =>
        this.exchanges.push({
          step: this.step,
          call,
          ...(sanitized({ input: request.input, ...answer }, this.replacements()) as { input: unknown }),
          status,
        });
      try {
        const result = await next(request);
        keep(result.response?.statusCode ?? 200, { output: result.output });
        return result;
      } catch (error) {
        const { name, $metadata } = error as { name: string; $metadata?: { httpStatusCode?: number } };
        // Leaves out a throttled call, which is retried and says nothing about the operation.
        if (name !== 'TooManyRequestsException') keep($metadata?.httpStatusCode ?? 0, { error: name });
        throw error;
      }
    };
    client.middlewareStack.add(middleware, { step: 'deserialize', name: 'record', priority: 'high' });
    return client;
  }

  recording(region: string, from: Recording['from'], now: Date): Recording {
    const { findings, sending, exchanges } = this;
    return { format: 2, day: now.toISOString().slice(0, 10), region, from, findings, sending, exchanges };
  }
}
