import protobuf from 'protobufjs';

/**
 * The messages of version 6 of Terraform's plugin protocol that this provider uses. Every engine that the stacks
 * support speaks this version. Each line is one message, `field:type=number`, with `*` before the type for repeated and
 * `%` for map<string, …>. A test compares this table with the descriptors in the engine's own binary.
 */
export const MESSAGES = {
  DynamicValue: 'msgpack:bytes=1 json:bytes=2',
  AttributePath: 'steps:*Step=1',
  Step: 'attribute_name:string=1 element_key_string:string=2 element_key_int:int64=3',
  Diagnostic: 'severity:int32=1 summary:string=2 detail:string=3 attribute:AttributePath=4',
  RawState: 'json:bytes=1 flatmap:%string=2',
  Schema: 'version:int64=1 block:Block=2',
  Block:
    'version:int64=1 attributes:*Attribute=2 block_types:*NestedBlock=3 description:string=4 description_kind:int32=5 deprecated:bool=6',
  Attribute:
    'name:string=1 type:bytes=2 description:string=3 required:bool=4 optional:bool=5 computed:bool=6 sensitive:bool=7 description_kind:int32=8 deprecated:bool=9',
  NestedBlock: 'type_name:string=1 block:Block=2 nesting:int32=3 min_items:int64=4 max_items:int64=5',
  Empty: '',
  ServerCapabilities: 'plan_destroy:bool=1 get_provider_schema_optional:bool=2',
  GetSchemaResponse:
    'provider:Schema=1 resource_schemas:%Schema=2 data_source_schemas:%Schema=3 diagnostics:*Diagnostic=4 provider_meta:Schema=5 server_capabilities:ServerCapabilities=6',
  ConfigRequest: 'config:DynamicValue=1',
  ValidateProviderResponse: 'diagnostics:*Diagnostic=2',
  TypedConfigRequest: 'type_name:string=1 config:DynamicValue=2',
  DiagnosticsResponse: 'diagnostics:*Diagnostic=1',
  ConfigureRequest: 'terraform_version:string=1 config:DynamicValue=2',
  UpgradeRequest: 'type_name:string=1 version:int64=2 raw_state:RawState=3',
  UpgradeResponse: 'upgraded_state:DynamicValue=1 diagnostics:*Diagnostic=2',
  ReadRequest: 'type_name:string=1 current_state:DynamicValue=2 private:bytes=3 provider_meta:DynamicValue=4',
  ReadResponse: 'new_state:DynamicValue=1 diagnostics:*Diagnostic=2 private:bytes=3',
  PlanRequest:
    'type_name:string=1 prior_state:DynamicValue=2 proposed_new_state:DynamicValue=3 config:DynamicValue=4 prior_private:bytes=5 provider_meta:DynamicValue=6',
  PlanResponse:
    'planned_state:DynamicValue=1 requires_replace:*AttributePath=2 planned_private:bytes=3 diagnostics:*Diagnostic=4 legacy_type_system:bool=5',
  ApplyRequest:
    'type_name:string=1 prior_state:DynamicValue=2 planned_state:DynamicValue=3 config:DynamicValue=4 planned_private:bytes=5 provider_meta:DynamicValue=6',
  ApplyResponse:
    'new_state:DynamicValue=1 private:bytes=2 diagnostics:*Diagnostic=3 legacy_type_system:bool=4',
  ImportRequest: 'type_name:string=1 id:string=2',
  ImportedResource: 'type_name:string=1 state:DynamicValue=2 private:bytes=3',
  ImportResponse: 'imported_resources:*ImportedResource=1 diagnostics:*Diagnostic=2',
  ReadDataRequest: 'type_name:string=1 config:DynamicValue=2 provider_meta:DynamicValue=3',
  ReadDataResponse: 'state:DynamicValue=1 diagnostics:*Diagnostic=2',
  StopResponse: 'Error:string=1',
  // The services of go-plugin and of gRPC's health check, which the server has in addition to the provider's own.
  HealthRequest: 'service:string=1',
  HealthResponse: 'status:int32=1',
  StdioData: 'channel:int32=1 data:bytes=2',
  ConnectionInfo: 'service_id:uint32=1 network:string=2 address:string=3',
} as const;
export type MessageName = keyof typeof MESSAGES;

/** Each of the provider's calls, with its request and its response. */
export const CALLS = {
  getSchema: ['GetProviderSchema', 'Empty', 'GetSchemaResponse'],
  validateProvider: ['ValidateProviderConfig', 'ConfigRequest', 'ValidateProviderResponse'],
  validateResource: ['ValidateResourceConfig', 'TypedConfigRequest', 'DiagnosticsResponse'],
  validateDataSource: ['ValidateDataResourceConfig', 'TypedConfigRequest', 'DiagnosticsResponse'],
  upgradeState: ['UpgradeResourceState', 'UpgradeRequest', 'UpgradeResponse'],
  configure: ['ConfigureProvider', 'ConfigureRequest', 'DiagnosticsResponse'],
  read: ['ReadResource', 'ReadRequest', 'ReadResponse'],
  plan: ['PlanResourceChange', 'PlanRequest', 'PlanResponse'],
  apply: ['ApplyResourceChange', 'ApplyRequest', 'ApplyResponse'],
  importState: ['ImportResourceState', 'ImportRequest', 'ImportResponse'],
  readDataSource: ['ReadDataSource', 'ReadDataRequest', 'ReadDataResponse'],
  stop: ['StopProvider', 'Empty', 'StopResponse'],
} as const satisfies Record<string, readonly [string, MessageName, MessageName]>;
export type CallName = keyof typeof CALLS;

export interface MessageField {
  readonly name: string;
  readonly kind: 'single' | 'repeated' | 'map';
  readonly type: string;
  readonly number: number;
}

/** The meaning of the table's marks. */
const KINDS = { '': 'single', '*': 'repeated', '%': 'map' } as const;

/** Returns the fields of a line of the table. */
export function messageFields(name: MessageName): MessageField[] {
  return MESSAGES[name]
    .split(' ')
    .filter(Boolean)
    .map((text) => {
      const [, field, mark, type, number] = /^(\w+):([*%]?)(\w+)=(\d+)$/.exec(text)!;
      return { name: field!, kind: KINDS[mark as keyof typeof KINDS], type: type!, number: Number(number) };
    });
}

const root = new protobuf.Root();
for (const name of Object.keys(MESSAGES) as MessageName[]) {
  const message = new protobuf.Type(name);
  for (const { name: field, kind, type, number } of messageFields(name)) {
    message.add(
      kind === 'map'
        ? new protobuf.MapField(field, number, 'string', type)
        : new protobuf.Field(field, number, type, kind === 'repeated' ? 'repeated' : undefined),
    );
  }
  root.add(message);
}
root.resolveAll();

export function encodeMessage(name: MessageName, value: object): Buffer {
  return Buffer.from(root.lookupType(name).encode(value).finish());
}

export function decodeMessage(name: MessageName, bytes: Uint8Array): any {
  const type = root.lookupType(name);
  return type.toObject(type.decode(bytes), { longs: Number, bytes: Buffer });
}
