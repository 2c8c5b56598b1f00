import Model

/// When what clients and the gate are trusted by runs out.
extension GateMetrics {
    static func writeExpiry(_ sources: [Source], _ view: GateView, to text: inout MetricsText) {
        let configuration = view.configuration
        text.family(
            "sekisho_certificate_expiry_timestamp_seconds",
            .gauge,
            "When a certificate of a listener expires, in seconds since 1970.",
            sources.flatMap { source in
                let ids = [source.listener.certificateID].compactMap { $0 }
                return (ids + source.listener.additionalCertificateIDs).compactMap(configuration.certificate)
                    .map {
                        Sample(
                            source.ownLabels + [("certificate", "\($0.id)"), ("subject", $0.leaf.subject)],
                            $0.leaf.notAfter.seconds
                        )
                    }
            }
        )
        text.family(
            "sekisho_ca_certificate_expiry_timestamp_seconds",
            .gauge,
            "When a CA certificate of a trust store expires, in seconds since 1970.",
            configuration.trustStores.flatMap { store in
                store.certificates.map {
                    Sample(
                        [
                            ("trust_store", store.name), ("fingerprint", $0.facts.fingerprint),
                            ("subject", $0.facts.subject),
                        ],
                        $0.facts.notAfter.seconds
                    )
                }
            }
        )
    }

    static func writeRevocationLists(_ view: GateView, to text: inout MetricsText) {
        text.family(
            "sekisho_revocation_list_next_update_timestamp_seconds",
            .gauge,
            "When the next version of a revocation list is due, in seconds since 1970.",
            view.configuration.trustStores.flatMap { store in
                store.revocationLists.compactMap { list in
                    list.facts.nextUpdate.map {
                        Sample(
                            [
                                ("trust_store", store.name), ("revocation_id", "\(list.id)"),
                                ("issuer", list.facts.issuer),
                            ],
                            $0.seconds
                        )
                    }
                }
            }
        )
    }
}
