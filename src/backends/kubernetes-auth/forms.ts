// What the entries of a kubernetes mount of auth look like in a saved world.
import { Type } from '@sinclair/typebox'
import { texts } from '../../sim/declared.js'
import { formOf, text, yesOrNo, type PrefixForms } from '../../vault/entry-forms.js'
import { authEntryForm } from '../auth-entries.js'
import type { KubernetesConfig, KubernetesRoleValues } from './stored.js'

const Config = formOf<KubernetesConfig>()(Type.Object({
  disable_iss_validation: yesOrNo,
  disable_local_ca_jwt: yesOrNo,
  issuer: text,
  kubernetes_ca_cert: text,
  kubernetes_host: text,
  pem_keys: texts,
  token_reviewer_jwt: text
}))

const RoleValues = formOf<KubernetesRoleValues>()(Type.Object({
  alias_name_source: text,
  audience: text,
  bound_service_account_names: texts,
  bound_service_account_namespaces: texts,
  bound_service_account_namespace_selector: text
}))

export const kubernetesAuthForms: PrefixForms = [['config', Config], ['role/', authEntryForm(RoleValues)]]
