// What each profile is called, and what the server that it speaks like calls itself.

export type ProfileName = 'documented' | 'vault-1.14' | 'vault-1.21' | 'openbao-2.5'
export type Edition = 'ent' | 'ce'

/** One table of quirks: a value for each profile. */
export type ByProfile<Quirks> = Readonly<Record<ProfileName, Quirks>>

export interface Names {
  readonly name: ProfileName
  /** as texts print it */
  readonly product: string
  /** the command line tool that texts recommend */
  readonly cliName: string
  /** title of the OpenAPI document (recorded) */
  readonly openApiTitle: string
  /** without edition: `1.14.9` */
  readonly version: string
  readonly buildDate: string
  /** it is sold in an enterprise edition, too; OpenBao has one edition, which is like the community's */
  readonly hasEnterpriseEdition: boolean
  /** what follows the version of built-in plugins: `v1.14.9+builtin.vault` (recorded: `mount read`) */
  readonly builtinSuffix: string
  /** `running_plugin_version` of KV, which has versions of its own in Vault */
  readonly kvPluginVersion: string
  /** how the addresses of its documentation begin */
  readonly documentation: string
}

const vault114: Names = {
  name: 'vault-1.14',
  product: 'Vault',
  cliName: 'vault',
  openApiTitle: 'HashiCorp Vault API',
  version: '1.14.9',
  buildDate: '2024-01-24T20:10:22Z',
  hasEnterpriseEdition: true,
  builtinSuffix: '+builtin.vault',
  kvPluginVersion: 'v0.15.0+builtin',
  documentation: 'https://developer.hashicorp.com/vault/'
}

export const names: ByProfile<Names> = {
  documented: { ...vault114, name: 'documented' },
  'vault-1.14': vault114,
  'vault-1.21': {
    ...vault114,
    name: 'vault-1.21',
    version: '1.21.4',
    buildDate: '2026-03-04T17:22:07Z',
    kvPluginVersion: 'v0.25.0+builtin'
  },
  'openbao-2.5': {
    name: 'openbao-2.5',
    product: 'OpenBao',
    cliName: 'bao',
    openApiTitle: 'OpenBao API',
    version: '2.5.5',
    buildDate: '2026-06-18T12:09:15Z',
    hasEnterpriseEdition: false,
    builtinSuffix: '+builtin.bao',
    kvPluginVersion: 'v2.5.5+builtin.bao',
    documentation: 'https://openbao.org/'
  }
}
