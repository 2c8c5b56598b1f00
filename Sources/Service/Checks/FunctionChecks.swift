import Model

/// What a declared target group of type `lambda` must be, and what it has no use for.
struct FunctionChecks {
    let group: DesiredTargetGroup
    /// Of the group.
    let path: String

    func resolve(
        _ wanted: DesiredFunction,
        keys: inout SigningKeyPool
    ) throws(OperatorError) -> LambdaFunction {
        try self.checkIsNothingElse()
        guard LambdaFunction.isName(wanted.name) else {
            throw self.refusal(
                "function.name",
                "\"\(wanted.name)\" names no function.",
                hint: "Write its name, up to 64 letters, digits, - and _, or its ARN without a qualifier."
            )
        }
        guard let url = BaseURL(wanted.baseURL) else {
            throw self.refusal(
                "function.baseURL",
                "\"\(wanted.baseURL)\" is not the URL of an Invoke API.",
                hint: "Write scheme, host and port, such as http://127.0.0.1:8080, and no path."
            )
        }
        if let qualifier = wanted.qualifier, !LambdaFunction.isQualifier(qualifier) {
            throw self.refusal(
                "function.qualifier",
                "\"\(qualifier)\" is neither a version nor an alias.",
                hint: "Write up to 128 letters, digits, - and _, or $LATEST."
            )
        }
        return LambdaFunction(
            name: wanted.name,
            baseURL: url,
            qualifier: wanted.qualifier,
            region: try self.region(wanted),
            credentials: try self.credentials(wanted, keys: &keys),
            isHealthChecked: self.group.healthCheck != nil
        )
    }

    /// Of functions that are checked, what they are checked by; of others ELBv2's defaults.
    func healthCheck() throws(OperatorError) -> HealthCheck {
        guard let check = self.group.healthCheck else { return .standardForFunctions }
        let strange = [("protocol", check.protocol != .http), ("port", check.port != nil)]
        if let (field, _) = strange.first(where: \.1) {
            throw self.refusal(
                "healthCheck.\(field)",
                "A function is checked by an invocation at its baseURL.",
                hint: "Remove \(field)."
            )
        }
        let path = "\(self.path).healthCheck"
        try TargetGroupChecks.check(check, path: path)
        try TargetGroupChecks.check(
            check.matcher,
            within: HealthCheck.codes(for: .http, version: .http1),
            path: path
        )
        return check
    }

    /// Present for a function that is invoked over TLS; without a verification the machine's CAs vouch for
    /// it.
    func tls(
        _ function: LambdaFunction,
        previous: TargetGroup?,
        now: Timestamp
    ) throws(OperatorError) -> TargetTLS? {
        guard function.baseURL.isTLS else {
            guard self.group.targetVerification == nil else {
                throw self.refusal(
                    "targetVerification",
                    "Function \(function.name) is invoked without TLS.",
                    hint: "Remove targetVerification, or make the baseURL https."
                )
            }
            return nil
        }
        return TargetTLS(
            verification: try self.group.targetVerification.map { verification throws(OperatorError) in
                try TargetTLSChecks.verification(
                    verification,
                    previous: previous?.tls?.verification,
                    path: "\(self.path).targetVerification",
                    now: now
                )
            }
        )
    }

    /// The one attribute that functions have.
    func attributes() throws(OperatorError) -> TargetGroupAttributes {
        let attributes = self.group.attributes ?? TargetGroupAttributes()
        for (word, standard) in zip(attributes.words, TargetGroupAttributes().words)
        where word != standard && word.key != .multiValueHeaders {
            throw self.refusal(
                "attributes.\(word.key.rawValue)",
                "\(word.key.rawValue) means nothing to a function, which is one target and always the same.",
                hint: "Remove it."
            )
        }
        return attributes
    }

    /// Functions have no addresses, versions of HTTP or algorithms.
    private func checkIsNothingElse() throws(OperatorError) {
        let strange = [
            ("targets", !self.group.targets.isEmpty), ("protocol", self.group.protocol != .http),
            ("protocolVersion", self.group.protocolVersion != nil),
            ("proxyProtocolV2", self.group.proxyProtocolV2 != nil),
            ("algorithm", self.group.algorithm != nil),
            ("clientCertificate", self.group.clientCertificate != nil),
        ]
        guard let (field, _) = strange.first(where: \.1) else { return }
        throw self.refusal(
            field,
            "Target group \(self.group.name) is of type lambda: its one target is the function.",
            hint: "Remove \(field), or make the targetType ip."
        )
    }

    private func region(_ wanted: DesiredFunction) throws(OperatorError) -> String? {
        let named = LambdaFunction.region(ofARN: wanted.name)
        if let region = wanted.region, !LambdaFunction.isRegion(region) {
            throw self.refusal(
                "function.region",
                "\"\(region)\" is no region.",
                hint: "Write it as eu-central-1."
            )
        }
        if let region = wanted.region, let named, region != named {
            throw self.refusal(
                "function.region",
                "The function's ARN is of region \(named), and region says \(region).",
                hint: "Remove region."
            )
        }
        guard let region = wanted.region ?? named else {
            guard wanted.credentials == nil else {
                throw self.refusal(
                    "function.credentials",
                    "Invocations are signed for a region, and none is named.",
                    hint: "Add region, or name the function by its ARN."
                )
            }
            return nil
        }
        return region
    }

    private func credentials(
        _ wanted: DesiredFunction,
        keys: inout SigningKeyPool
    ) throws(OperatorError) -> LambdaFunction.Credentials? {
        switch wanted.credentials {
        case nil: return nil
        case .environment: return .environment
        case .file(let file, let profile):
            guard let key = SigningKey(sharedCredentials: file.text, profile: profile) else {
                throw self.refusal(
                    "function.credentials",
                    "\(file.path) has no profile \(profile) with aws_access_key_id and aws_secret_access_key.",
                    hint: "Write them below [\(profile)], or name another profile."
                )
            }
            return .stored(keys.resolve(key))
        }
    }

    private func refusal(_ field: String, _ message: String, hint: String) -> OperatorError {
        OperatorError(
            .invalidConfigurationRequest,
            subject: "\(self.path).\(field)",
            message: message,
            hint: hint
        )
    }
}
