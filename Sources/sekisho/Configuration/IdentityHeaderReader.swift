import Model
import Yams

/// Reads `identityHeaders` of a listener, and the attributes of ELBv2 that rename headers.
enum IdentityHeaderReader {
    /// nil where the declaration is silent; what is wrong has been noted.
    static func read(_ listener: Mapping) -> IdentityHeaderSettings? {
        let headers = listener.optional("identityHeaders")
        let attributes = listener.optional("attributes")
        guard headers != nil || attributes != nil else { return nil }
        var settings = IdentityHeaderSettings.standard
        if let mapping = headers?.mapping(of: "identityHeaders", keys: ["forms", "verdict"]) {
            if let forms = mapping.optional("forms") {
                settings.forms =
                    forms.list()?.compactMap { $0.choice(of: IdentityHeaderSettings.Form.self) } ?? []
            }
            settings.sendsVerdict = mapping.optional("verdict")?.boolean() ?? false
        }
        let keys = NamedHeader.allCases.map(\.rawValue)
        if let mapping = attributes?.mapping(of: "a listener's attributes", keys: keys) {
            for header in NamedHeader.allCases {
                // Nothing is the default name, as ELBv2 has it: a header cannot be switched off by name.
                guard let field = mapping.optional(header.rawValue), field.node.string?.isEmpty != true,
                    let name = field.text()
                else { continue }
                settings.names[header] = name
            }
        }
        return settings
    }
}
