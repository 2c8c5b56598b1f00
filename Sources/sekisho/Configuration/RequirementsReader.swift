import Model

/// Reads what `mutualAuthentication` asks of clients beyond what ALB can be told.
enum RequirementsReader {
    static let keys = ["clientCertificate", "identityFilters", "pinnedCertificates"]

    /// nil where nothing of it is declared; what is wrong has been noted.
    static func read(_ mapping: Mapping) -> ClientRequirements? {
        let enforcement = mapping.optional("clientCertificate")
        let filters = mapping.optional("identityFilters")
        let pins = mapping.optional("pinnedCertificates")
        guard enforcement != nil || filters != nil || pins != nil else { return nil }
        return ClientRequirements(
            clientCertificate: enforcement?.choice(of: ClientRequirements.Enforcement.self) ?? .required,
            identityFilters: filters?.list()?.compactMap(self.filter) ?? [],
            pinnedCertificates: pins?.list()?.compactMap { field in
                field.text().map { ClientRequirements.fingerprint($0) ?? $0 }
            } ?? []
        )
    }

    private static func filter(_ field: Field) -> IdentityFilter? {
        guard let mapping = field.mapping(of: "an identity filter", keys: ["field", "values"]),
            let kind = mapping.required("field")?.choice(of: IdentityFilter.Field.self),
            let values = mapping.required("values")?.list()
        else { return nil }
        return IdentityFilter(field: kind, values: values.compactMap { $0.text() })
    }
}
