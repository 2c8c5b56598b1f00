public import Model

/// Where the logs of load balancers go.
extension GateService {
    public func requests(_ query: RequestQuery) async throws(OperatorError) -> RequestPage {
        let tail = AccessLogTail(path: self.directory.accessLogPath)
        return try await Self.onThread { () throws(OperatorError) in try tail.page(query) }
    }

    /// Writes a test object to every bucket that was not logged to before.
    func checkBuckets(_ configuration: Model.Configuration) throws(OperatorError) {
        for (log, key) in [
            (BucketPlace.Log.access, LoadBalancerLogs.accessKey),
            (.connection, LoadBalancerLogs.connectionKey),
        ] {
            let known = Set(self.places(log, in: self.state.configuration).values)
            for (index, balancer) in configuration.loadBalancers.enumerated() {
                guard let place = BucketPlace(log, of: balancer, below: self.directory.bucketsPath),
                    !known.contains(place)
                else { continue }
                do throws(OperatorError) {
                    try place.writeTestObject(at: self.clock())
                } catch {
                    throw error.about("loadBalancers[\(index)].attributes.\(key).bucket")
                }
            }
        }
    }

    private func places(
        _ log: BucketPlace.Log,
        in configuration: Model.Configuration
    ) -> [String: BucketPlace] {
        configuration.loadBalancers.reduce(into: [:]) { places, balancer in
            places[balancer.path] = BucketPlace(log, of: balancer, below: self.directory.bucketsPath)
        }
    }

    func deliverLogs() {
        self.records.deliver(to: self.places(.connection, in: self.state.configuration))
        self.accessLog.deliver(to: self.places(.access, in: self.state.configuration))
    }
}
