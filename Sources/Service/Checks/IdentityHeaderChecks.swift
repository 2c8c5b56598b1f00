import Model

/// What a declared listener may say about identity headers.
enum IdentityHeaderChecks {
    static func check(
        _ wanted: DesiredListener,
        name: String,
        path: String
    ) throws(OperatorError) -> IdentityHeaderSettings {
        guard let settings = wanted.identityHeaders else { return .standard }
        guard wanted.protocol == .https else {
            throw OperatorError(
                .invalidConfigurationRequest,
                subject: "\(path).identityHeaders",
                message:
                    "Listener \(name) speaks \(wanted.protocol.rawValue), where no client is identified in "
                    + "headers.",
                hint: "Remove identityHeaders and the header names among its attributes."
            )
        }
        do throws(OperatorError) {
            try settings.check()
        } catch {
            let place = error.subject == "forms" ? "identityHeaders.forms" : "attributes.\(error.subject)"
            throw error.about("\(path).\(place)")
        }
        return settings
    }
}
