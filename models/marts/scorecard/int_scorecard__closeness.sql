select
    cast(null as varchar) as generator,
    cast(null as varchar) as metric,
    cast(null as varchar) as dimension,
    cast(null as double) as value,
    cast(null as double) as reference,
    cast(null as varchar) as direction,
    cast(null as varchar) as reason
where false
