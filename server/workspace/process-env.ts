/** Next's types demand NODE_ENV in every environment; a learner's programs shall not have the server's. */
export function processEnv(variables: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  return { ...variables } as NodeJS.ProcessEnv;
}
