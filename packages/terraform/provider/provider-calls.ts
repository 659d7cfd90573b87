import { setMaxListeners } from 'node:events';
import type { CallName } from './protocol/messages';
import { type DynamicValue, decodeValue, encodeValue, withoutUnknown } from './protocol/values';
import {
  AttributeError,
  afterCreate,
  type DataSource,
  FailedWithState,
  type ProviderContext,
  type ResourceType,
  type State,
} from './resource';
import type { Schemed } from './resources';
import { commonPlan } from './resources/common';
import { readWithTags, updateTags } from './resources/tags';
import { conform } from './schema/conform';
import { planChange } from './schema/plan';
import { type Block, wireSchema } from './schema/schema';
import { validate } from './schema/validate';

export interface Provider {
  readonly block: Block;
  /** Aborted when the engine sends stop. */
  configure(config: Record<string, any>, signal: AbortSignal): Promise<ProviderContext>;
  readonly resources: Readonly<Record<string, Schemed<ResourceType>>>;
  readonly dataSources: Readonly<Record<string, Schemed<DataSource>>>;
}

/** Answers one call of the protocol. `peer` names the connection, and each connection is one configured provider. */
export type CallHandlers = Readonly<
  Record<CallName, (request: any, peer: string) => object | Promise<object>>
>;

/**
 * Answers the protocol's calls for a provider. Where the SDK behind the real provider departs from the engine's
 * expectations, it follows the SDK: the plan of a failed update is saved nevertheless; a failed delete changes nothing;
 * a failed create saves nothing unless the object was made.
 */
export function providerCalls(provider: Provider): CallHandlers {
  const connections = new Connections(provider);
  return {
    getSchema: () => schemaOf(provider),
    ...validatingCalls(provider),
    configure: async ({ config }, peer) => attempted(() => connections.configure(config, peer)),
    stop: (_request, peer) => {
      connections.stop(peer);
      return {};
    },
    ...readingCalls(provider, connections),
    ...changingCalls(provider, connections),
  };
}

type HandlersOf<Name extends CallName> = Pick<CallHandlers, Name>;

/** Number of connections beyond which older ones are forgotten. An engine command opens a handful. */
const MAX_CONNECTIONS = 1_000;

/** The configured providers, by connection. */
class Connections {
  private readonly configured = new Map<string, { context: ProviderContext; stop: AbortController }>();

  constructor(private readonly provider: Provider) {}

  async configure(config: DynamicValue, peer: string): Promise<void> {
    const stop = new AbortController();
    // Every running call adds a listener, and the engine makes ten at once, or as many as `-parallelism` says.
    setMaxListeners(0, stop.signal);
    const context = await this.provider.configure(read(this.provider.block, config), stop.signal);
    this.configured.set(peer, { context, stop });
    if (this.configured.size > MAX_CONNECTIONS) this.configured.delete(this.configured.keys().next().value!);
  }

  contextOf(peer: string, region?: string | null): ProviderContext {
    const found = this.configured.get(peer);
    if (!found) throw new Error('the provider is not configured');
    return found.context.inRegion(region);
  }

  stop(peer: string): void {
    this.configured.get(peer)?.stop.abort();
  }
}

const resourceOf = ({ resources }: Provider, name: string): Schemed<ResourceType> =>
  known(resources, name, 'resource type');
const dataSourceOf = ({ dataSources }: Provider, name: string): Schemed<DataSource> =>
  known(dataSources, name, 'data source');

function validatingCalls(
  provider: Provider,
): HandlersOf<'validateProvider' | 'validateResource' | 'validateDataSource'> {
  return {
    validateProvider: () => ({}),
    validateResource: async ({ type_name, config }) => {
      const type = resourceOf(provider, type_name);
      return attempted(() => {
        const wanted = read(type.block, config);
        validate(type.block, wanted);
        type.validate?.(wanted);
      });
    },
    validateDataSource: async ({ type_name, config }) => {
      const { block } = dataSourceOf(provider, type_name);
      return attempted(() => validate(block, read(block, config)));
    },
  };
}

function readingCalls(
  provider: Provider,
  connections: Connections,
): HandlersOf<'upgradeState' | 'read' | 'importState' | 'readDataSource'> {
  return {
    upgradeState: ({ type_name, raw_state }) => ({
      upgraded_state: write(resourceOf(provider, type_name).block, decodeValue({ json: raw_state?.json })),
    }),
    read: async ({ type_name, current_state, private: privateData }, peer) => {
      const type = resourceOf(provider, type_name);
      const state = read(type.block, current_state);
      const { value, diagnostics } = await attempt(() =>
        readWithTags(type, connections.contextOf(peer, state.region), state),
      );
      if (diagnostics.length > 0) return { new_state: current_state, private: privateData, diagnostics };
      return { new_state: write(type.block, value), private: privateData };
    },
    importState: async ({ type_name, id }, peer) => {
      const type = resourceOf(provider, type_name);
      const { value, diagnostics } = await attempt(async () => {
        if (type.importable === false) throw new Error(`resource ${type_name} doesn't support import`);
        const context = connections.contextOf(peer);
        const start = { region: context.region, ...(type.importState?.(id) ?? { id }) };
        return readWithTags(type, context, conform(type.block, start));
      });
      // When no object comes back, the engine itself reports that there is nothing to import.
      return {
        imported_resources: value ? [{ type_name, state: write(type.block, value) }] : [],
        diagnostics,
      };
    },
    readDataSource: async ({ type_name, config }, peer) => {
      const { block, read: readSource } = dataSourceOf(provider, type_name);
      const wanted = read(block, config);
      const { value, diagnostics } = await attempt(() =>
        readSource(connections.contextOf(peer, wanted.region), wanted),
      );
      return { state: value && write(block, { ...wanted, ...value }), diagnostics };
    },
  };
}

function changingCalls(provider: Provider, connections: Connections): HandlersOf<'plan' | 'apply'> {
  return {
    plan: async ({ type_name, prior_state, proposed_new_state, config, prior_private }, peer) => {
      const type = resourceOf(provider, type_name);
      if (decodeValue(proposed_new_state) === null) {
        return { planned_state: proposed_new_state, planned_private: prior_private };
      }
      const prior = read(type.block, prior_state);
      const wanted = read(type.block, config);
      const { value, diagnostics } = await attempt(() => {
        const context = connections.contextOf(peer, wanted.region);
        return planChange(type.block, prior, wanted, commonPlan(context, type.customizePlan?.(context)));
      });
      if (!value) return { diagnostics };
      return {
        planned_state: write(type.block, value.planned),
        planned_private: prior_private,
        requires_replace: value.replace.map((name) => ({ steps: [{ attribute_name: name }] })),
        legacy_type_system: true,
      };
    },
    apply: async ({ type_name, prior_state, planned_state, planned_private }, peer) => {
      const type = resourceOf(provider, type_name);
      const prior = read(type.block, prior_state);
      const planned = withoutUnknown(read(type.block, planned_state));
      const context = connections.contextOf(peer, (planned ?? prior).region);
      if (planned === null) {
        const { diagnostics } = await attempt(() => type.delete(context, prior));
        return { new_state: diagnostics.length > 0 ? prior_state : encodeValue(null), diagnostics };
      }
      const { value, error, diagnostics } = await attempt(() =>
        prior === null
          ? create(type, context, planned)
          : update(updatable(type_name, type), context, prior, planned),
      );
      const made = error instanceof FailedWithState ? error.state : value;
      const saved = made || prior !== null ? { ...planned, ...made } : null;
      return {
        new_state: write(type.block, saved),
        private: planned_private,
        diagnostics,
        legacy_type_system: true,
      };
    },
  };
}

const read = (block: Block, value: DynamicValue): any => conform(block, decodeValue(value));
const write = (block: Block, value: unknown): DynamicValue => encodeValue(conform(block, value));

/** Makes the schema once, since each engine asks for it several times per command and should get the same object. */
function schemaOf({ block, resources, dataSources }: Provider): object {
  const schema = schemas.get(resources) ?? {
    provider: wireSchema(block),
    resource_schemas: wireSchemas(resources),
    data_source_schemas: wireSchemas(dataSources),
    server_capabilities: { get_provider_schema_optional: true },
  };
  schemas.set(resources, schema);
  return schema;
}
const schemas = new WeakMap<Provider['resources'], object>();

const wireSchemas = (types: Readonly<Record<string, { block: Block; version?: number }>>): object =>
  Object.fromEntries(
    Object.entries(types).map(([name, { block, version }]) => [name, wireSchema(block, version)]),
  );

function known<T>(types: Readonly<Record<string, T>>, name: string, what: string): T {
  const type = types[name];
  if (!type) throw new Error(`the sandbox's provider has no ${what} ${name}`);
  return type;
}

/** Creates an object. If it was made but cannot be read, it is kept in state as tainted. */
async function create(type: ResourceType, context: ProviderContext, planned: State): Promise<State> {
  const made = { ...planned, ...(await type.create(context, planned)) };
  return afterCreate(made, () => found(type, context, made));
}

function updatable(name: string, type: ResourceType): ResourceType {
  if (type.update || type.tagging) return type;
  throw new Error(`${name} cannot be updated in place`);
}

async function update(
  type: ResourceType,
  context: ProviderContext,
  prior: State,
  planned: State,
): Promise<State> {
  await updateTags(type, context, prior, planned);
  const known = (await type.update?.(context, prior, planned)) ?? {};
  return found(type, context, { ...planned, ...known });
}

async function found(type: ResourceType, context: ProviderContext, state: State): Promise<State> {
  const read = await readWithTags(type, context, state);
  if (!read) throw new Error(`reading ${state.id}: couldn't find resource`);
  return read;
}

/** An error in the form that the engine shows. */
interface Diagnostic {
  readonly severity: 1;
  readonly summary: string;
  readonly attribute?: { readonly steps: readonly { readonly attribute_name: string }[] };
}

/** Runs a step of a call, and returns its error for the engine to show. */
async function attempt<T>(
  step: () => T | Promise<T>,
): Promise<{ value?: T; error?: unknown; diagnostics: Diagnostic[] }> {
  try {
    return { value: await step(), diagnostics: [] };
  } catch (error) {
    return { error, diagnostics: [diagnosticOf(error)] };
  }
}

/** Runs a step whose only answer is its error. */
async function attempted(
  step: () => void | Promise<void>,
): Promise<{ readonly diagnostics: readonly Diagnostic[] }> {
  const { diagnostics } = await attempt(step);
  return { diagnostics };
}

function diagnosticOf(error: unknown): Diagnostic {
  const summary = error instanceof Error ? error.message : String(error);
  if (!(error instanceof AttributeError)) return { severity: 1, summary };
  return { severity: 1, summary, attribute: { steps: [{ attribute_name: error.attribute }] } };
}
