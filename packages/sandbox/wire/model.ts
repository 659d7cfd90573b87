import type { TrimmedModel } from '../models/trimmed';

export type ShapeType =
  | 'structure'
  | 'list'
  | 'map'
  | 'string'
  | 'boolean'
  | 'integer'
  | 'long'
  | 'double'
  | 'float'
  | 'timestamp'
  | 'blob';

export type Location = 'uri' | 'querystring' | 'header' | 'headers' | 'statusCode';

/** A reference to a shape, with the shape's traits and those of the member that refers to it. */
export class Shape {
  readonly name: string;
  declare readonly type: ShapeType;
  declare readonly location?: Location;
  declare readonly locationName?: string;
  readonly required: readonly string[] = [];
  declare readonly enum?: readonly string[];
  declare readonly min?: number;
  declare readonly max?: number;
  readonly patternText?: string;
  declare readonly payload?: string;
  readonly flattened: boolean = false;
  readonly xmlAttribute: boolean = false;
  declare readonly xmlNamespace?: string | { readonly uri: string; readonly prefix?: string };
  declare readonly timestampFormat?: string;
  declare readonly resultWrapper?: string;
  /** For an error: its name in the query protocol, and its status. */
  declare readonly error?: { readonly code?: string; readonly httpStatusCode?: number };

  constructor(
    private readonly shapes: TrimmedModel['shapes'],
    ref: any,
  ) {
    const { shape, members, member, key, value, pattern, ...traits } = { ...shapes[ref.shape], ...ref };
    Object.assign(this, traits, traits.type === 'character' && { type: 'string' });
    this.name = shape;
    this.patternText = pattern;
    this.parts = { members, item: member ?? value, key };
  }

  private readonly parts: { readonly members: any; readonly item: any; readonly key: any };
  private memberShapes?: ReadonlyMap<string, Shape>;
  private itemShape?: Shape;
  private keyShape?: Shape;
  private regularExpression?: RegExp;

  /** Returns the members of a structure, in the model's order. */
  get members(): ReadonlyMap<string, Shape> {
    this.memberShapes ??= new Map(
      Object.entries(this.parts.members ?? {}).map(([name, ref]) => [name, new Shape(this.shapes, ref)]),
    );
    return this.memberShapes;
  }

  /** Returns the shape of a list's items, or of a map's values. */
  get item(): Shape {
    this.itemShape ??= new Shape(this.shapes, this.parts.item);
    return this.itemShape;
  }

  get key(): Shape {
    this.keyShape ??= new Shape(this.shapes, this.parts.key);
    return this.keyShape;
  }

  get pattern(): RegExp | undefined {
    if (this.patternText !== undefined) this.regularExpression ??= toPattern(this.patternText);
    return this.regularExpression;
  }
}

export interface Route {
  readonly method: string;
  readonly requestUri: string;
  readonly responseCode?: number;
}

export interface OperationModel {
  readonly name: string;
  readonly http: Route;
  readonly input?: Shape;
  readonly output?: Shape;
  readonly errors: readonly Shape[];
  /** Paging of a list; absent for other operations. */
  readonly pages?: Pagination;
}

/** Names the members that page a list, in botocore's words. */
export interface Pagination {
  readonly input_token: string;
  readonly output_token: string;
  readonly limit_key?: string;
  readonly more_results?: string;
  readonly result_key: string | readonly string[];
}

export interface RoutedOperation {
  readonly name: string;
  readonly http: Route;
  readonly needs: readonly string[];
  readonly deprecated: boolean;
}

/** Describes a service in AWS's terms: its operations and their shapes. */
export class Model {
  readonly operations: ReadonlyMap<string, OperationModel>;
  /** Operations of AWS that the sandbox lacks. */
  readonly unserved: ReadonlySet<string>;
  /** Maps each operation, whether or not the sandbox has it, to the parts that identify its requests. */
  readonly routes: readonly RoutedOperation[];

  constructor(private readonly model: TrimmedModel) {
    const shape = (ref: any) => (ref ? new Shape(model.shapes, ref) : undefined);
    this.operations = new Map(
      Object.entries(model.operations).map(([name, { http, input, output, errors, pages }]) => [
        name,
        {
          name,
          http,
          input: shape(input),
          output: shape(output),
          errors: errors.map((it: string) => shape({ shape: it })),
          pages,
        },
      ]),
    );
    this.unserved = new Set(Object.keys(model.unserved));
    this.routes = Object.entries({ ...model.operations, ...model.unserved }).map(([name, route]) => ({
      name,
      http: route.http,
      needs: route.needs ?? [],
      deprecated: route.deprecated ?? false,
    }));
  }

  get protocols(): readonly string[] {
    return this.metadata.protocols ?? [this.metadata.protocol];
  }

  /** Returns the service's name in the credential scope of a signature. */
  get signingName(): string {
    return this.metadata.signingName ?? this.metadata.endpointPrefix;
  }

  get metadata(): Readonly<Record<string, any>> {
    return this.model.metadata;
  }

  shape(name: string): Shape {
    return new Shape(this.model.shapes, { shape: name });
  }
}

/**
 * Converts a pattern of the models to a regular expression that has to match the whole text. The models' patterns are
 * written for Java, so it replaces the syntax that JavaScript lacks.
 */
export function toPattern(text: string): RegExp {
  const source = `^(?:${text.replace(/\\p\{(Alnum|Alpha|Digit|ASCII|Graph|Print)\}/g, (_, name: keyof typeof POSIX) => POSIX[name]!)})$`;
  try {
    return new RegExp(source, 'su');
  } catch {
    // Removes escapes that only the stricter mode rejects: `\-` outside of a class, `[\w-.]`.
    return new RegExp(source, 's');
  }
}

const POSIX: Readonly<Record<string, string>> = {
  Alnum: '[A-Za-z0-9]',
  Alpha: '[A-Za-z]',
  Digit: '[0-9]',
  ASCII: '[\\x00-\\x7F]',
  Graph: '[\\x21-\\x7E]',
  Print: '[\\x20-\\x7E]',
};
