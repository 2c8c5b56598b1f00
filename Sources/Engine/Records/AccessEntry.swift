import Model

/// One request as a worker hands it to the access log: everything but its text, which lies in the ring.
struct AccessEntry {
    /// Field `type` (`alb-mtls` 3).
    enum Kind: UInt8 {
        case http, https, h2, grpcs, ws, wss
    }

    /// What was done with the request.
    struct Actions: OptionSet {
        let rawValue: UInt8

        static let rewrite = Actions(rawValue: 1)
        static let forward = Actions(rawValue: 2)
        static let redirect = Actions(rawValue: 4)
        static let fixedResponse = Actions(rawValue: 8)
    }

    /// A part of the text; empty where there is none.
    struct Part {
        var start: UInt32 = 0
        var count: UInt32 = 0
    }

    let context: AccessContext
    /// nil where there is no TLS.
    let tls: AccessTLS?
    let traceID: TraceID
    let client: Endpoint
    let nodeAddress: IPAddress
    var kind: Kind
    let created: Timestamp

    var time = Timestamp(microseconds: 0)
    var target: Endpoint?
    var targetGroup: ResourceID?
    /// Microseconds; -1 where it did not come to that.
    var requestTime: Int64 = -1
    var targetTime: Int64 = -1
    var responseTime: Int64 = -1
    /// 0 where none was sent.
    var status = 0
    /// 0 where the target sent none.
    var targetStatus = 0
    var receivedBytes: UInt64 = 0
    var sentBytes: UInt64 = 0
    /// 0 for the default action; nil where no rule was looked for.
    var priority: Int?
    var actions: Actions = []
    var errorReason: ErrorReason?
    var classification: ClassificationReason?
    var transform: TransformStatus?
    /// Of HTTP/1; nil where the request line could not be read.
    var minorVersion: UInt8?

    var method = Part()
    /// Empty where the request names none.
    var host = Part()
    /// As the client wrote it.
    var uri = Part()
    var userAgent = Part()
    var trace = Part()
    var redirectURL = Part()
    var transformedHost = Part()
    var transformedURI = Part()
}
