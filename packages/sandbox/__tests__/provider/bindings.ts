import { readFileSync } from 'node:fs';
import path from 'node:path';

/**
 * Reads back, from the bindings that were generated from the real provider's schema, what they say of it. What they
 * do not say: whether an optional attribute is computed too, defaults, and what replaces.
 */
export interface BoundBlock {
  attributes: Record<string, { flag: 'required' | 'optional' | 'computed'; type: unknown }>;
  blocks: Record<string, { nesting: string; one: boolean; required: boolean; block: BoundBlock }>;
}

const LIB = path.join(path.dirname(require.resolve('@cdktf/provider-aws/package.json')), 'lib');

/** `aws_s3_bucket` → `s3-bucket`; a data source has `data-` before it. */
export const bindingsOf = (type: string, kind: 'resource' | 'data'): BoundBlock =>
  boundBlock(type.replace(/^aws_/, kind === 'data' ? 'data-aws-' : '').replace(/_/g, '-'));

export const providerBindings = (): BoundBlock => read('provider').provider();

const boundBlock = (folder: string): BoundBlock => read(folder).main();

function read(folder: string): Bindings {
  const js = readFileSync(path.join(LIB, folder, 'index.js'), 'utf8');
  const dts = readFileSync(path.join(LIB, folder, 'index.d.ts'), 'utf8');
  return new Bindings(js, dts);
}

interface BoundClass {
  readonly name: string;
  readonly base: string;
  readonly body: string;
}

/** What `synthesizeHclAttributes` and the `…ToHclTerraform` functions say of each attribute. */
type Hcl = Readonly<Record<string, { isBlock: boolean; type: string; storage: string }>>;

const SIMPLE: Readonly<Record<string, unknown>> = {
  getStringAttribute: 'string',
  getNumberAttribute: 'number',
  getBooleanAttribute: 'bool',
  getListAttribute: ['list', 'string'],
  getNumberListAttribute: ['list', 'number'],
  getStringMapAttribute: ['map', 'string'],
  getNumberMapAttribute: ['map', 'number'],
};
const MAPS: Readonly<Record<string, unknown>> = { StringMap: ['map', 'string'] };

class Bindings {
  private readonly classes: readonly BoundClass[];
  private readonly props: Readonly<Record<string, Readonly<Record<string, 'required' | 'optional'>>>>;

  constructor(
    private readonly js: string,
    dts: string,
  ) {
    this.classes = [...js.matchAll(/\nclass (\w+) extends cdktf\.(\w+) \{([\s\S]*?)\n\}\n/g)].map(
      ([, name, base, body]) => ({ name: name!, base: base!, body: body! }),
    );
    this.props = Object.fromEntries(
      [...dts.matchAll(/export interface (\w+)(?: extends [\w.]+)? \{([\s\S]*?)\n\}/g)].map(
        ([, name, body]) => [
          name!,
          Object.fromEntries(
            [...body!.matchAll(/readonly (\w+)(\??):/g)].map(([, prop, optional]) => [
              snakeCase(prop!),
              optional ? 'optional' : 'required',
            ]),
          ),
        ],
      ),
    );
  }

  main(): BoundBlock {
    const main = this.classes.find(({ base }) => /^Terraform(Resource|DataSource)$/.test(base))!;
    const [, attributes] = /synthesizeHclAttributes\(\) \{\s*const attrs = \{([\s\S]*?)\n {8}\};/.exec(
      main.body,
    )!;
    return this.block(main, this.configOf(main), hclOf(attributes!));
  }

  /** The provider's own configuration: all of it optional, and no telling how many of a block there may be. */
  provider(): BoundBlock {
    const [, attributes] = /synthesizeHclAttributes\(\) \{\s*const attrs = \{([\s\S]*?)\n {8}\};/.exec(
      this.js,
    )!;
    const { alias: _, ...own } = hclOf(attributes!);
    return this.configured(own);
  }

  private configured(hcl: Hcl): BoundBlock {
    const result: BoundBlock = { attributes: {}, blocks: {} };
    for (const [name, { isBlock, type, storage }] of Object.entries(hcl)) {
      if (!isBlock) result.attributes[name] = { flag: 'optional', type: storedType(type, storage) };
      else {
        const block = this.configured(this.hclFunction(storage.replace(/List$/, '')));
        result.blocks[name] = { nesting: type, one: false, required: false, block };
      }
    }
    return result;
  }

  private configOf({ body }: BoundClass): string {
    const [, name] = /@param options (\w+)/.exec(body)!;
    return name!;
  }

  private block(owner: BoundClass, props: string, hcl: Hcl): BoundBlock {
    const result: BoundBlock = { attributes: {}, blocks: {} };
    for (const [, getter, expression] of owner.body.matchAll(
      /\n {4}get (\w+)\(\) \{\n\s*(?:\/\/[^\n]*\n\s*)?return ([^\n]*);/g,
    )) {
      if (/Input$/.test(getter!) || getter === 'internalValue' || getter === 'fqn') continue;
      this.add(result, owner, props, hcl, expression!);
    }
    return result;
  }

  private add(result: BoundBlock, owner: BoundClass, props: string, hcl: Hcl, expression: string): void {
    const field = /^this\._(\w+)$/.exec(expression)?.[1];
    const made =
      field &&
      new RegExp(`this\\._${field} = new ([\\w.]+)\\(this, "(\\w+)"(?:, (true|false))?`).exec(owner.body);
    const name = made ? made[2]! : /'(\w+)'/.exec(expression)?.[1];
    if (!name) return;
    const flag = this.props[props]?.[name] ?? 'computed';
    const kind = made?.[1]?.replace('cdktf.', '');
    if (!kind || MAPS[kind]) {
      result.attributes[name] = { flag, type: kind ? MAPS[kind] : simpleType(expression, hcl[name]) };
      return;
    }
    const list = this.classes.find((one) => one.name === kind)!;
    const item = kind.replace(/List$/, 'OutputReference');
    const element = list.base === 'ComplexList' ? this.classes.find((one) => one.name === item)! : list;
    const inner = element.name.replace(/OutputReference$/, '');
    const block = this.block(element, inner, this.hclFunction(inner));
    const nesting = hcl[name]?.type ?? (made![3] === 'true' ? 'set' : 'list');
    if (flag === 'computed') {
      result.attributes[name] = { flag, type: [nesting, objectType(block)] };
      return;
    }
    result.blocks[name] = {
      nesting: nesting === 'struct' ? 'single' : nesting,
      one: list === element,
      required: flag === 'required',
      block,
    };
  }

  private hclFunction(struct: string): Hcl {
    const name = `${struct[0]!.toLowerCase()}${struct.slice(1)}ToHclTerraform`;
    const [, attributes = ''] =
      new RegExp(`function ${name}\\(struct\\) \\{[\\s\\S]*?const attrs = \\{([\\s\\S]*?)\\n {4}\\};`).exec(
        this.js,
      ) ?? [];
    return hclOf(attributes);
  }
}

const hclOf = (text: string): Hcl =>
  Object.fromEntries(
    [
      ...text.matchAll(
        /(\w+): \{\s*value:[^\n]*\n\s*isBlock: (\w+),\s*type: "(\w+)",\s*storageClassType: "(\w+)"/g,
      ),
    ].map(([, name, isBlock, type, storage]) => [
      name!,
      { isBlock: isBlock === 'true', type: type!, storage: storage! },
    ]),
  );

function simpleType(expression: string, hcl: Hcl[string] | undefined): unknown {
  const type = SIMPLE[/this\.(\w+)\(/.exec(expression)?.[1] ?? ''];
  const isSet = hcl ? hcl.type === 'set' : expression.includes('Fn.tolist');
  return isSet && Array.isArray(type) ? ['set', type[1]] : type;
}

function storedType(type: string, storage: string): unknown {
  const element = storage.replace(/(List|Map)$/, '').replace('boolean', 'bool');
  return type === 'simple' ? element : [type, element];
}

const objectType = (block: BoundBlock): unknown => [
  'object',
  Object.fromEntries(Object.entries(block.attributes).map(([name, { type }]) => [name, type])),
];

const snakeCase = (camel: string): string => camel.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
