import type { Environment } from '../environment.ts';

const reference = /\$\$\{|\$\{(?<name>[A-Za-z_]\w*)(?:(?<form>:-|:\?)(?<rest>[^{}]*))?\}|\$\{/g;

/** A text after its references were filled in, or what is wrong with them. */
export type Filled = { readonly text: string; readonly replaced: boolean } | { readonly complaint: string };

/**
 * Fills in `${NAME}`, `${NAME:-default}` and `${NAME:?message}` as a shell does; `$${` stands for `${` itself. An unset
 * variable without a default is a complaint; with `:-` and `:?` an empty one counts as unset.
 */
export function fillIn(text: string, variables: Environment): Filled {
  const complaints: string[] = [];
  let replaced = false;
  const filled = text.replaceAll(reference, (match, ...rest) => {
    if (match === '$${') return '${';
    const { name, form, rest: operand = '' } = rest.at(-1) as Record<'name' | 'form' | 'rest', string | undefined>;
    if (name === undefined) {
      complaints.push(
        `a reference to a variable is malformed; write \${NAME}, \${NAME:-default}, \${NAME:?message}, or $\${ for a literal \${`,
      );
      return '';
    }
    replaced = true;
    const value = variables[name];
    if (value !== undefined && (form === undefined || value !== '')) return value;
    if (form === ':-') return operand;
    if (form === ':?' && operand !== '') complaints.push(`the variable ${name} is not set: ${operand}`);
    else complaints.push(`the variable ${name} is not set; set it, or write \${${name}:-default}`);
    return '';
  });
  return complaints.length > 0 ? { complaint: complaints.join('; ') } : { text: filled, replaced };
}
